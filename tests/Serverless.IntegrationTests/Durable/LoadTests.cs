using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class LoadTests
{
    [Fact]
    public async Task TenThousandInstances_Started_AllFinish()
    {
        const int count = 10_000;
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, int>("Double", n => 2 * n)
            .Orchestrator("Work", c => c.CallActivityAsync<int>("Double", c.GetInput<int>())));

        await Task.WhenAll(Enumerable.Range(0, count).Select(i =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Work", i, new StartOrchestrationOptions($"i{i}"))));
        for (var i = 0; i < count; i++) await host.EndAsync($"i{i}");

        var (sum, instances) = (0L, 0);
        await foreach (var end in host.Client.GetAllInstancesAsync(new OrchestrationQuery(
            Statuses: [OrchestrationRuntimeStatus.Completed], PageSize: 1_000, FetchInputsAndOutputs: true)))
        {
            sum += end.ReadOutputAs<int>();
            instances++;
        }

        Assert.Equal(count, instances);
        Assert.Equal(Enumerable.Range(0, count).Sum(i => 2L * i), sum);
    }

    [Fact]
    public async Task Histories_MoreThanTheCacheHolds_AreReadAgain()
    {
        await using var host = await DurableHost.StartAsync(
            new TestFunctions()
                .Activity<int, int>("Add", n => n + 1)
                .Orchestrator("Chain", async c =>
                {
                    var value = c.GetInput<int>();
                    for (var i = 0; i < 10; i++) value = await c.CallActivityAsync<int>("Add", value);
                    return value;
                }),
            historyCacheBytes: 1);

        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => host.RunAsync("Chain", i)));

        Assert.Equal(Enumerable.Range(10, 20), ends.Select(e => e.ReadOutputAs<int>()));
    }
}
