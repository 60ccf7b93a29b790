using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>A lane that has more than it can run takes nothing from the others.</summary>
[Collection(TaskTests.Name)]
public sealed class LaneProgressTests(AzuriteFixture azurite)
{
    private const int High = 9, Flooding = 200;

    [Theory]
    [InlineData(High, 0)]
    [InlineData(0, High)]
    public async Task Lane_IsFlooded_TheOthersGoOn(int flooded, int other)
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await TaskHost.StartAsync(azurite);
        host.Script.Run = async (args, context) =>
        {
            if (args.Text == "flood") await go.Task.WaitAsync(context.CancellationToken);
            return "done";
        };
        var flood = new List<string>();
        for (var i = 0; i < Flooding; i++) flood.Add(await SendAsync("flood", flooded, "email"));
        await Eventually.TrueAsync(() => host.Script.Runs.Count(r => r.Args.Text == "flood") >= 16);

        // Each of them comes to its end while not one of the flood does.
        for (var i = 0; i < 20; i++) await host.WaitAsync(await SendAsync("calm", other, "email"), TaskState.Success);
        foreach (var queue in (string[])["default", "media", "notifications"])
            await host.WaitAsync(await SendAsync("calm", 0, queue), TaskState.Success);

        Assert.All(
            await Task.WhenAll(flood.Select(id => host.Tasks.GetAsync(id))), task => Assert.NotEqual(TaskState.Success, task!.State));
        go.SetResult();
        foreach (var id in flood) await host.WaitAsync(id, TaskState.Success);

        Task<string> SendAsync(string text, int priority, string queue) =>
            host.SendAsync(new ScriptArgs(text), new SendOptions { Queue = queue, Priority = priority });
    }
}
