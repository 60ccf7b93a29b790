using System.Globalization;
using System.Text.Json.Nodes;
using DurableTask.Core;
using DurableTask.Core.History;

namespace Serverless.Orchestrations;

/// <summary>
/// Writes events of a history as the Durable Task protocol's own JSON (<c>HistoryEvent</c> of orchestrator_service.proto): the form that
/// Microsoft's runner reads, in which recorded histories are kept as well.
/// </summary>
internal static class HistoryJson
{
    /// <summary>An event; null for one that the orchestrator's code never sees.</summary>
    public static JsonObject? Write(HistoryEvent e)
    {
        var (kind, content) = Content(e);
        return kind is null ? null : new JsonObject
        {
            ["eventId"] = e.EventId,
            ["timestamp"] = Moment(e.Timestamp),
            [kind] = content,
        };
    }

    private static (string? Kind, JsonObject Content) Content(HistoryEvent e) => e switch
    {
        OrchestratorStartedEvent => ("orchestratorStarted", []),
        ExecutionStartedEvent s => ("executionStarted", Started(s)),
        TaskScheduledEvent s => ("taskScheduled", Object(("name", s.Name), ("version", s.Version), ("input", s.Input))),
        TaskCompletedEvent c => ("taskCompleted", Ends(c.TaskScheduledId, c.Result)),
        TaskFailedEvent f => ("taskFailed", Fails(f.TaskScheduledId, f.FailureDetails, f.Reason)),
        SubOrchestrationInstanceCreatedEvent c => ("subOrchestrationInstanceCreated", Object(
            ("instanceId", c.InstanceId), ("name", c.Name), ("version", c.Version), ("input", c.Input))),
        SubOrchestrationInstanceCompletedEvent c => ("subOrchestrationInstanceCompleted", Ends(c.TaskScheduledId, c.Result)),
        SubOrchestrationInstanceFailedEvent f => ("subOrchestrationInstanceFailed", Fails(f.TaskScheduledId, f.FailureDetails, f.Reason)),
        TimerCreatedEvent t => ("timerCreated", Object(("fireAt", Moment(t.FireAt)))),
        TimerFiredEvent t => ("timerFired", new JsonObject { ["fireAt"] = Moment(t.FireAt), ["timerId"] = t.TimerId }),
        EventSentEvent s => ("eventSent", Object(("instanceId", s.InstanceId), ("name", s.Name), ("input", s.Input))),
        EventRaisedEvent r => ("eventRaised", Object(("name", r.Name), ("input", r.Input))),
        ExecutionTerminatedEvent t => ("executionTerminated", Object(("input", t.Input))),
        ExecutionSuspendedEvent s => ("executionSuspended", Object(("input", s.Reason))),
        ExecutionResumedEvent r => ("executionResumed", Object(("input", r.Reason))),
        ExecutionCompletedEvent c => ("executionCompleted", Completed(c)),
        _ => (null, []),
    };

    private static JsonObject Started(ExecutionStartedEvent e)
    {
        var started = Object(("name", e.Name), ("version", e.Version), ("input", e.Input));
        started["orchestrationInstance"] = Object(
            ("instanceId", e.OrchestrationInstance?.InstanceId), ("executionId", e.OrchestrationInstance?.ExecutionId));
        if (e.ParentInstance is { } parent)
        {
            started["parentInstance"] = new JsonObject
            {
                ["taskScheduledId"] = parent.TaskScheduleId,
                ["name"] = parent.Name,
                ["orchestrationInstance"] = Object(("instanceId", parent.OrchestrationInstance?.InstanceId)),
            };
        }

        return started;
    }

    private static JsonObject Completed(ExecutionCompletedEvent e)
    {
        var completed = Object(("orchestrationStatus", Status(e.OrchestrationStatus)), ("result", e.Result));
        if (e.FailureDetails is { } failure) completed["failureDetails"] = Failure(failure);
        return completed;
    }

    private static string Status(OrchestrationStatus status) => status switch
    {
        OrchestrationStatus.Completed => "ORCHESTRATION_STATUS_COMPLETED",
        OrchestrationStatus.Terminated => "ORCHESTRATION_STATUS_TERMINATED",
        OrchestrationStatus.ContinuedAsNew => "ORCHESTRATION_STATUS_CONTINUED_AS_NEW",
        OrchestrationStatus.Canceled => "ORCHESTRATION_STATUS_CANCELED",
        _ => "ORCHESTRATION_STATUS_FAILED",
    };

    private static JsonObject Ends(int step, string? result)
    {
        var ends = Object(("result", result));
        ends["taskScheduledId"] = step;
        return ends;
    }

    private static JsonObject Fails(int step, FailureDetails? failure, string? reason) => new()
    {
        ["taskScheduledId"] = step,
        ["failureDetails"] = failure is null
            ? Object(("errorType", "Unknown"), ("errorMessage", reason ?? "")) : Failure(failure),
    };

    // Without stack traces, which tell of machines and change nothing.
    private static JsonObject Failure(FailureDetails failure)
    {
        var written = Object(("errorType", failure.ErrorType), ("errorMessage", failure.ErrorMessage));
        if (failure.InnerFailure is { } inner) written["innerFailure"] = Failure(inner);
        return written;
    }

    // What is null has no place in the protocol's JSON.
    private static JsonObject Object(params IEnumerable<(string Name, string? Value)> members) =>
        new(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Name, (JsonNode?)m.Value)));

    private static string Moment(DateTime time) =>
        DateTime.SpecifyKind(time, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
