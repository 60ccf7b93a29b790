using System.Reflection;
using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Replay;

/// <summary>
/// Replays a recorded history against the code at hand, with the runner that replays on Azure: turn by turn, so that the first step is
/// found at which both part, and then as a whole, as the next turn of the instance would.
/// </summary>
public sealed class HistoryReplayer
{
    private const string NonDeterministic = "NonDeterministicOrchestrationException";
    private const string Nothing = "nothing yet";

    // From its start on an instance keeps its code's state: then a history is read once, however many turns it has.
    private const int Always = 0;

    private readonly Func<string, Func<TaskOrchestrationContext, Task<object?>>?> _find;

    /// <param name="app">Where the orchestrators are.</param>
    /// <exception cref="Hosting.InvalidFunctionsException">An orchestrator asks for more than its context.</exception>
    public HistoryReplayer(Assembly app) => _find = new Orchestrators(app).Find;

    internal HistoryReplayer(Func<string, Func<TaskOrchestrationContext, Task<object?>>?> find) => _find = find;

    /// <summary>True when the app has an orchestrator of this name.</summary>
    public bool Has(string orchestrator) => _find(orchestrator) is not null;

    /// <summary>Replays one instance's current execution.</summary>
    /// <param name="id">The instance's id.</param>
    /// <param name="events">Its history.</param>
    /// <returns>Null if this build does what was recorded.</returns>
    public HistoryDeviation? Replay(string id, IReadOnlyList<P.HistoryEvent> events)
    {
        // Nothing has run yet: whatever the code does is its first time.
        if (events.FirstOrDefault(e => e.ExecutionStarted is not null)?.ExecutionStarted is not { } started) return null;
        if (_find(started.Name) is not { } code)
            return new HistoryDeviation(null, $"orchestrator {started.Name}", "there is no such orchestrator");

        var turns = RecordedTurn.Split(events).ToList();
        if (turns.Count == 0) return null;
        try
        {
            return ByTurns(New(), code, turns, Failed(events)) ?? AsAWhole(New(), code, turns);
        }
        catch (InvalidOperationException e)
        {
            // The runner's own findings: code that waits for what its context did not make.
            return new HistoryDeviation(null, $"orchestrator {started.Name}", e.Message);
        }

        Instance New() => new(1, id, started.Name) { Input = started.Input, Version = started.Version ?? "" };
    }

    private static bool Failed(IReadOnlyList<P.HistoryEvent> events) =>
        events is [.., { ExecutionCompleted.OrchestrationStatus: P.OrchestrationStatus.Failed }];

    private static HistoryDeviation? ByTurns(
        Instance instance, Func<TaskOrchestrationContext, Task<object?>> code, List<RecordedTurn> turns, bool mayFail)
    {
        using var runner = new OrchestratorRunner(new DurableEngineOptions(null!), Always);
        var history = new InstanceHistory();
        var taken = new Dictionary<int, P.HistoryEvent>();
        P.CompleteOrchestrationAction? end = null;
        foreach (var turn in turns)
        {
            if (end is null)
            {
                var (response, session) = runner.Run(instance, history, turn.News, code, () => { });
                instance.Session = session;
                end = response.Actions.FirstOrDefault(a => a.CompleteOrchestration is not null)?.CompleteOrchestration;
                foreach (var action in response.Actions)
                    if (HistoryEvents.FromAction(action, DateTime.UnixEpoch) is { } step) taken[step.EventId] = step;
                history.Add(turn.Events);
            }

            foreach (var recorded in turn.Steps)
            {
                if (!taken.TryGetValue(recorded.EventId, out var step))
                    return new HistoryDeviation(recorded.EventId, Describe(recorded), end is null ? Nothing : Describe(end));
                if (!IsAlike(recorded, step)) return new HistoryDeviation(recorded.EventId, Describe(recorded), Describe(step));
            }
        }

        if (end is { OrchestrationStatus: P.OrchestrationStatus.Failed } && !mayFail)
            return new HistoryDeviation(null, "no failure", Describe(end));
        return Moved([.. turns.SelectMany(t => t.Steps)], taken);
    }

    // Names alone would not show that a call was put before others of the same activity: it would get the result of another.
    private static HistoryDeviation? Moved(IReadOnlyList<P.HistoryEvent> recorded, Dictionary<int, P.HistoryEvent> taken)
    {
        var places = taken.Values.Where(s => Input(s) is not null).ToLookup(s => (s.EventTypeCase, NameOf(s), Input(s)));
        foreach (var step in recorded)
        {
            if (Input(step) is not { } input || Input(taken[step.EventId]) == input) continue;
            if (places[(step.EventTypeCase, NameOf(step), input)].FirstOrDefault() is { } other)
            {
                return new HistoryDeviation(
                    step.EventId, Describe(step), $"another call of it; the recorded one is step {other.EventId} now");
            }
        }

        return null;
    }

    // A turn after all that was recorded: the engine's own check, over all steps at once.
    private static HistoryDeviation? AsAWhole(
        Instance instance, Func<TaskOrchestrationContext, Task<object?>> code, List<RecordedTurn> turns)
    {
        using var runner = new OrchestratorRunner(new DurableEngineOptions(null!), int.MaxValue);
        var history = new InstanceHistory();
        history.Add(turns.Take(turns.Count - 1).SelectMany(t => t.Events));
        var (response, _) = runner.Run(instance, history, turns[^1].News, code, () => { });
        var failure = response.Actions.Select(a => a.CompleteOrchestration?.FailureDetails).FirstOrDefault(f => f is not null);
        return failure?.ErrorType.EndsWith(NonDeterministic, StringComparison.Ordinal) == true
            ? new HistoryDeviation(null, "all steps", failure.ErrorMessage) : null;
    }

    private static bool IsAlike(P.HistoryEvent recorded, P.HistoryEvent step) =>
        recorded.EventTypeCase == step.EventTypeCase
            && string.Equals(NameOf(recorded), NameOf(step), StringComparison.OrdinalIgnoreCase);

    private static string? NameOf(P.HistoryEvent step) =>
        step.TaskScheduled?.Name ?? step.SubOrchestrationInstanceCreated?.Name ?? step.EventSent?.Name;

    private static string? Input(P.HistoryEvent step) => step.TaskScheduled?.Input ?? step.SubOrchestrationInstanceCreated?.Input;

    private static string Describe(P.HistoryEvent step) => step.EventTypeCase switch
    {
        Kind.TaskScheduled => $"activity {NameOf(step)}",
        Kind.SubOrchestrationInstanceCreated => $"orchestration {NameOf(step)}",
        Kind.EventSent => $"event {NameOf(step)}",
        _ => "timer",
    };

    private static string Describe(P.CompleteOrchestrationAction end) => end.OrchestrationStatus switch
    {
        P.OrchestrationStatus.Failed => $"fails: {end.FailureDetails?.ErrorMessage}",
        P.OrchestrationStatus.ContinuedAsNew => "starts over",
        _ => "ends",
    };
}
