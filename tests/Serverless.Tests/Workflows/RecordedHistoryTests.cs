using Serverless.Local.Runtime.Durable;

namespace Serverless.Tests.Workflows;

/// <summary>
/// Runs that are under way when the app is deployed go on with the new orchestrators: those must do with an old history what the old ones
/// did. Where a change cannot keep to that, running instances need a way out, and then the histories are recorded anew (see <see cref="RecordHistories"/>).
/// </summary>
public sealed class RecordedHistoryTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(RecordedHistory.Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Replay_RecordedRun_DoesWhatItDid(string file)
    {
        var recorded = RecordedHistory.Load(file);
        var end = recorded.Events[^1];

        var (steps, output, failure) = await recorded.ReplayAsync();

        Assert.Equal(HistoryEventKind.ExecutionCompleted, end.Kind);
        Assert.Equal(recorded.LastSteps(), steps);
        if (end.Failure is null) Assert.Equal(end.Data, output);
        else Assert.Equal(Failures.Read(end.Failure).ErrorMessage, failure);
    }

    [Theory]
    [InlineData(nameof(HistoryEventKind.TaskScheduled))]
    [InlineData(nameof(HistoryEventKind.TimerCreated))]
    public async Task Replay_HistoryOfAnotherOrchestrator_IsFound(string kind)
    {
        var recorded = RecordedHistory.Load("workflow-every-step.json");
        var step = recorded.Events.First(e => e.Kind.ToString() == kind);
        var other = recorded with { Events = [.. recorded.Events.Select(e => ReferenceEquals(e, step) ? e with { Kind = HistoryEventKind.TaskScheduled, Name = "SomethingElse" } : e)] };

        await Assert.ThrowsAsync<OrchestratorDeviationException>(other.ReplayAsync);
    }
}
