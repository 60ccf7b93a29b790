using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class ChainTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator("Chain", async c =>
        {
            var value = c.GetInput<int>();
            for (var i = 0; i < 3; i++) value = await c.CallActivityAsync<int>("Add", value);
            return value;
        })
        .Orchestrator("FanOut", async c =>
        {
            var results = await Task.WhenAll(Enumerable.Range(0, c.GetInput<int>()).Select(i => c.CallActivityAsync<int>("Add", i)));
            return results.Sum();
        });

    [Fact]
    public async Task Chain_OfActivities_PassesResultsOn()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var end = await host.RunAsync("Chain", 1);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("1", end.SerializedInput);
        Assert.Equal("4", end.SerializedOutput);
        Assert.Equal("null", end.SerializedCustomStatus);
    }

    [Fact]
    public async Task FanOut_OverAThousand_FansIn()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var end = await host.RunAsync("FanOut", 1_000);

        Assert.Equal(Enumerable.Range(1, 1_000).Sum(), end.ReadOutputAs<int>());
    }
}
