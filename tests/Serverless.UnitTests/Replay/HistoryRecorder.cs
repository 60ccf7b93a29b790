using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.UnitTests.Replay;

/// <summary>Runs an orchestrator on Microsoft's runner, turn by turn as an engine does, and keeps its history.</summary>
internal static class HistoryRecorder
{
    private const int MaxTurns = 200;

    private static readonly DateTime Start = new(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>The history after each turn; the last is the whole one, with its end.</summary>
    /// <param name="name">The orchestrator's name.</param>
    /// <param name="code">The orchestrator.</param>
    /// <param name="input">Its input, as JSON.</param>
    /// <param name="answer">The results of its activities, as JSON; a number unless it is given.</param>
    public static IReadOnlyList<IReadOnlyList<P.HistoryEvent>> Record(
        string name, Func<TaskOrchestrationContext, Task<object?>> code, string? input = "null", Func<string, string>? answer = null)
    {
        using var runner = new OrchestratorRunner(new DurableEngineOptions(null!));
        var instance = new Instance(1, "recorded", name) { Input = input };
        var events = new List<P.HistoryEvent>();
        var histories = new List<IReadOnlyList<P.HistoryEvent>>();
        var due = new Queue<P.HistoryEvent>([HistoryEvents.Started(instance, Start)]);
        for (var turn = 0; turn < MaxTurns; turn++)
        {
            var now = Start.AddMinutes(10 * turn);
            // What nobody else ends waits for its event.
            var next = due.Count > 0 ? due.Dequeue() : HistoryEvents.Raised("approved", "true", now);
            var past = new InstanceHistory();
            past.Add(events);
            P.HistoryEvent[] news = [HistoryEvents.TurnStarted(now), next];
            var (response, _) = runner.Run(instance, past, news, code, () => { });
            var steps = response.Actions.Select(a => HistoryEvents.FromAction(a, now)).OfType<P.HistoryEvent>().ToList();
            events.AddRange([.. news, .. steps]);
            foreach (var end in steps.Select(s => EndOf(s, now, answer)).OfType<P.HistoryEvent>()) due.Enqueue(end);
            var completed = response.Actions.FirstOrDefault(a => a.CompleteOrchestration is not null)?.CompleteOrchestration;
            if (completed is not null)
            {
                var failure = completed.FailureDetails is { } details ? Failures.FromProto(details) : null;
                events.Add(HistoryEvents.Completed(completed.OrchestrationStatus, completed.Result, failure, now));
            }

            histories.Add([.. events]);
            if (completed is not null) return histories;
        }

        throw new InvalidOperationException($"It did not end within {MaxTurns} turns.");
    }

    private static P.HistoryEvent? EndOf(P.HistoryEvent step, DateTime now, Func<string, string>? answer) => step.EventTypeCase switch
    {
        Kind.TaskScheduled => HistoryEvents.TaskCompleted(step.EventId, answer?.Invoke(step.TaskScheduled.Name) ?? "7", now),
        Kind.SubOrchestrationInstanceCreated => HistoryEvents.ChildCompleted(step.EventId, "7", now),
        Kind.TimerCreated => HistoryEvents.TimerFired(step.EventId, step.TimerCreated.FireAt.ToDateTime(), now),
        _ => null,
    };
}
