using DurableTask.Core;
using DurableTask.Core.History;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>A stored history as the official client gives it: its types are older than the protocol's.</summary>
internal static class CoreHistory
{
    /// <exception cref="NotSupportedException">The engine writes no such event.</exception>
    public static HistoryEvent Read(P.HistoryEvent e)
    {
        var read = Convert(e);
        read.Timestamp = e.Timestamp.ToDateTime();
        return read;
    }

    private static HistoryEvent Convert(P.HistoryEvent e) => e.EventTypeCase switch
    {
        Kind.OrchestratorStarted => new OrchestratorStartedEvent(e.EventId),
        Kind.OrchestratorCompleted => new OrchestratorCompletedEvent(e.EventId),
        Kind.ExecutionStarted => Started(e.EventId, e.ExecutionStarted),
        Kind.TaskScheduled => new TaskScheduledEvent(e.EventId, e.TaskScheduled.Name, e.TaskScheduled.Version, e.TaskScheduled.Input),
        Kind.TaskCompleted => new TaskCompletedEvent(e.EventId, e.TaskCompleted.TaskScheduledId, e.TaskCompleted.Result),
        Kind.TaskFailed => new TaskFailedEvent(
            e.EventId, e.TaskFailed.TaskScheduledId, null, null, Failure(e.TaskFailed.FailureDetails)),
        Kind.SubOrchestrationInstanceCreated => new SubOrchestrationInstanceCreatedEvent(e.EventId)
        {
            InstanceId = e.SubOrchestrationInstanceCreated.InstanceId,
            Name = e.SubOrchestrationInstanceCreated.Name,
            Version = e.SubOrchestrationInstanceCreated.Version,
            Input = e.SubOrchestrationInstanceCreated.Input,
        },
        Kind.SubOrchestrationInstanceCompleted => new SubOrchestrationInstanceCompletedEvent(
            e.EventId, e.SubOrchestrationInstanceCompleted.TaskScheduledId, e.SubOrchestrationInstanceCompleted.Result),
        Kind.SubOrchestrationInstanceFailed => new SubOrchestrationInstanceFailedEvent(
            e.EventId, e.SubOrchestrationInstanceFailed.TaskScheduledId, null, null,
            Failure(e.SubOrchestrationInstanceFailed.FailureDetails)),
        Kind.TimerCreated => new TimerCreatedEvent(e.EventId, e.TimerCreated.FireAt.ToDateTime()),
        Kind.TimerFired => new TimerFiredEvent(e.EventId, e.TimerFired.FireAt.ToDateTime()) { TimerId = e.TimerFired.TimerId },
        Kind.EventSent => new EventSentEvent(e.EventId)
        {
            InstanceId = e.EventSent.InstanceId,
            Name = e.EventSent.Name,
            Input = e.EventSent.Input,
        },
        Kind.EventRaised => new EventRaisedEvent(e.EventId, e.EventRaised.Input) { Name = e.EventRaised.Name },
        Kind.ExecutionTerminated => new ExecutionTerminatedEvent(e.EventId, e.ExecutionTerminated.Input),
        Kind.ExecutionSuspended => new ExecutionSuspendedEvent(e.EventId, e.ExecutionSuspended.Input),
        Kind.ExecutionResumed => new ExecutionResumedEvent(e.EventId, e.ExecutionResumed.Input),
        Kind.ExecutionCompleted => new ExecutionCompletedEvent(
            e.EventId, e.ExecutionCompleted.Result, (OrchestrationStatus)e.ExecutionCompleted.OrchestrationStatus,
            Failure(e.ExecutionCompleted.FailureDetails)),
        _ => throw new NotSupportedException($"A history has no event of the kind {e.EventTypeCase}."),
    };

    private static ExecutionStartedEvent Started(int id, P.ExecutionStartedEvent e) => new(id, e.Input)
    {
        Name = e.Name,
        Version = e.Version,
        OrchestrationInstance = Instance(e.OrchestrationInstance),
        ParentInstance = e.ParentInstance is not { } parent ? null : new ParentInstance
        {
            Name = parent.Name,
            TaskScheduleId = parent.TaskScheduledId,
            OrchestrationInstance = Instance(parent.OrchestrationInstance),
        },
    };

    private static OrchestrationInstance Instance(P.OrchestrationInstance instance) =>
        new() { InstanceId = instance.InstanceId, ExecutionId = instance.ExecutionId };

    private static FailureDetails? Failure(P.TaskFailureDetails? failure) => failure is null ? null : new FailureDetails(
        failure.ErrorType, failure.ErrorMessage, failure.StackTrace, Failure(failure.InnerFailure), failure.IsNonRetriable);
}
