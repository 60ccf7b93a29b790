using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>
/// Runs that are under way when the app is deployed go on with the new orchestrators: those must do with an old history what the old ones
/// did. Where a change cannot keep to that, running instances need a way out, and then the histories are recorded anew (see
/// <see cref="RecordHistories"/>).
/// </summary>
public sealed class RecordedHistoryTests
{
    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(RecordedHistory.Folder, "*.json").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Replay_RecordedRun_DoesWhatItDid(string file)
    {
        var recorded = RecordedHistory.Load(file);
        var expected = recorded.Read()[^1].ExecutionCompleted;

        var (steps, end) = recorded.Replay();

        Assert.Equal(recorded.LastSteps(), steps);
        Assert.Equal(expected.FailureDetails?.ErrorMessage, end?.FailureDetails?.ErrorMessage);
        if (expected.FailureDetails is null) Assert.Equal(expected.Result, end?.Result);
    }

    [Theory]
    [InlineData("taskScheduled")]
    [InlineData("timerCreated")]
    public void Replay_HistoryOfAnotherOrchestrator_IsFound(string kind)
    {
        var recorded = RecordedHistory.Load("workflow-every-step.json");
        var events = recorded.Events.ToList();
        var at = events.FindIndex(e => e.TryGetProperty(kind, out _));
        var other = JsonNode.Parse(events[at].GetRawText())!.AsObject();
        other.Remove(kind);
        other["taskScheduled"] = new JsonObject { ["name"] = "SomethingElse" };
        events[at] = JsonSerializer.SerializeToElement(other);

        var (_, end) = (recorded with { Events = events }).Replay();

        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", end?.FailureDetails.ErrorType);
    }
}
