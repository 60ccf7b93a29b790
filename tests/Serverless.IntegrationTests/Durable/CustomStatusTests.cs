using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class CustomStatusTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Activity<string, string>("Echo", s => s)
        .Orchestrator("Big", async c =>
        {
            c.SetCustomStatus(new string('s', c.GetInput<int>()));
            await c.CallActivityAsync<int>("Add", 1);
            return "accepted";
        })
        .Orchestrator("Cleared", async c =>
        {
            c.SetCustomStatus("x");
            await c.CallActivityAsync<int>("Add", 1);
            c.SetCustomStatus(null);
            return "done";
        });

    [Theory]
    [InlineData(8_190, "\"accepted\"")]
    [InlineData(8_191, "System.InvalidOperationException: CustomStatus is too large: limit = 16 KB (UTF-16), actual = 16 KB.")]
    [InlineData(20_000, "System.InvalidOperationException: CustomStatus is too large: limit = 16 KB (UTF-16), actual = 39.07 KB.")]
    public async Task SetCustomStatus_Over16KB_FailsTheOrchestration(int characters, string output)
    {
        await using var host = await DurableHost.StartAsync(Functions());

        Assert.Equal(output, (await host.RunAsync("Big", characters)).SerializedOutput);
    }

    [Fact]
    public async Task SetCustomStatus_Null_ClearsIt()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        Assert.Equal("null", (await host.RunAsync("Cleared")).SerializedCustomStatus);
    }

    [Fact]
    public async Task Payloads_Big_ArriveWhole()
    {
        await using var host = await DurableHost.StartAsync(Functions()
            .Orchestrator("Big payload", async c => (await c.CallActivityAsync<string>("Echo", new string('p', 3_000_000))).Length));

        Assert.Equal(3_000_000, (await host.RunAsync("Big payload")).ReadOutputAs<int>());
    }
}
