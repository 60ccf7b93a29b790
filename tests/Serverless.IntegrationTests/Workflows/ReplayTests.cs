using Serverless.Local.Commands.Remote;
using Serverless.Local.Commands.Replay;
using Serverless.Local.Runtime.Replay;
using Serverless.Orchestrations;
using Serverless.TestSupport;
using Serverless.Workflows.Run;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The check before a deployment, against a host with runs of every kind.</summary>
[Collection(WorkflowTests.Name)]
public sealed class ReplayTests(AzuriteFixture azurite)
{
    private static readonly HistoryReplayer Build = new(typeof(WorkflowRun).Assembly);

    public static TheoryData<string> Recorded =>
        [.. Directory.GetFiles(RecordedHistory.Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Replay_RecordedHistory_HoldsAtEveryTurn(string file)
    {
        var history = RecordedHistory.Load(file);
        var events = history.Read();

        Assert.Null(Build.Replay(history.Id, events));
        Assert.All(
            Enumerable.Range(1, events.Count - 1).Where(i => events[i].OrchestratorStarted is not null),
            i => Assert.Null(Build.Replay(history.Id, [.. events.Take(i)])));
    }

    [Fact]
    public async Task Replay_HostsRuns_AreReadOverHttpAndHold()
    {
        await using var host = await WorkflowHost.StartAsync(azurite, functions: [typeof(OrchestrationFunctions)]);
        await host.RunAsync("number_tour", new { a = 2, b = 3, @double = true, numbers = Enumerable.Range(1, 3) });

        var report = await ReplayAsync(host.Http.BaseAddress!, new HistoryReplay(Build));

        Assert.Empty(report.Deviations);
        // The run and its map.
        Assert.InRange(report.Ended, 2, int.MaxValue);
    }

    [Fact]
    public async Task Replay_RunningOrchestrationOfAnotherBuild_IsNamed()
    {
        await using var host = await WorkflowHost.StartAsync(azurite, functions: [typeof(OrchestrationFunctions)]);
        var entered = new TaskCompletionSource();
        host.Script.Run = async (_, context) =>
        {
            entered.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var name = await host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script", "args": { "text": "x" } }]""", name: "replayed");
        var run = await host.StartRunAsync(name, "x");
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(1));

        var same = await ReplayAsync(host.Http.BaseAddress!, new HistoryReplay(Build));
        var other = await ReplayAsync(
            host.Http.BaseAddress!, new HistoryReplay(new HistoryReplayer(found => found == nameof(WorkflowRun)
                ? async c => await c.CallActivityAsync<int>("SomethingElse", 1) : Find(found))));

        Assert.Empty(same.Deviations);
        var deviation = Assert.Single(other.Deviations, d => d.Id.Contains(run, StringComparison.Ordinal));
        Assert.Equal((0, "activity SomethingElse"), (deviation.Step, deviation.Now));
        Assert.StartsWith("activity ", deviation.Recorded, StringComparison.Ordinal);
        using var cancel = await host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{run}", UriKind.Relative));
    }

    private static Func<Microsoft.DurableTask.TaskOrchestrationContext, Task<object?>>? Find(string name) =>
        new Orchestrators(typeof(WorkflowRun).Assembly).Find(name);

    private static async Task<ReplayReport> ReplayAsync(Uri host, HistoryReplay replay)
    {
        using var api = new HostApi(new HostTarget(new Uri(host.GetLeftPart(UriPartial.Authority) + "/"), null));
        var source = new HistorySource(api);
        await foreach (var instance in source.ListAsync(100, CancellationToken.None))
        {
            if (await source.ReadAsync(instance, CancellationToken.None) is { } history) replay.Run(instance, history);
        }

        return replay.Report();
    }
}
