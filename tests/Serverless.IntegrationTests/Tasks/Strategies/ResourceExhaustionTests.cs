using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class ResourceExhaustionTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task ResourceExhaustion_EachRetry_WaitsLongerAndHalvesTheChunkDownToTen()
    {
        Fail(() => new InsufficientMemoryException("no room"));
        var id = await Host.SendAsync(new ScriptArgs("kept", ChunkSize: 100), new SendOptions { MaxRetries = 5 });

        var delays = await DelaysAsync(id, 5);

        await GivenUpAsync(id, "ResourceExhaustion", typeof(InsufficientMemoryException), attempt: 5);
        Assert.Equal([Seconds(300), Seconds(600), Seconds(900), Seconds(1200), Seconds(1500)], delays);
        var runs = Script.Runs.Where(r => r.Id == id).Select(r => r.Args).ToList();
        Assert.Equal([100, 50, 25, 12, 10, 10], runs.Select(a => a.ChunkSize));
        Assert.All(runs, a => Assert.Equal("kept", a.Text));
        Assert.Contains(
            Host.Logs.Lines, l => l.Message.Contains(
                $"{id} (test.script) of default needs somebody: out of retries after ResourceExhaustion", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ResourceExhaustion_SmallOrNoChunkSize_StaysAsItIs()
    {
        Fail(() => new InsufficientMemoryException("no room"), 1);
        var small = await Host.SendAsync(new ScriptArgs(ChunkSize: 8));
        await Host.RetryAsync(small, 1);
        await Host.WaitAsync(small, TaskState.Success);
        var none = await Host.SendAsync(new ScriptArgs("x"));
        await Host.RetryAsync(none, 1);
        await Host.WaitAsync(none, TaskState.Success);

        Assert.Equal([8, 8], Script.Runs.Where(r => r.Id == small).Select(r => r.Args.ChunkSize));
        Assert.Equal([null, null], Script.Runs.Where(r => r.Id == none).Select(r => r.Args.ChunkSize));
    }
}
