using Google.Protobuf.WellKnownTypes;
using Microsoft.DurableTask;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Makes and reads the events of histories, in the framework's own form.</summary>
internal static class HistoryEvents
{
    // Of what is no step.
    private const int NoStep = -1;

    public static P.HistoryEvent TurnStarted(DateTime at) => New(at, e => e.OrchestratorStarted = new());

    public static P.HistoryEvent Started(Instance instance, DateTime at) => New(at, e => e.ExecutionStarted = new()
    {
        Name = instance.Name,
        Version = instance.Version,
        Input = instance.Input,
        OrchestrationInstance = new() { InstanceId = instance.Id, ExecutionId = $"{instance.Key}-{instance.Execution}" },
        ParentInstance = instance.Parent is { } parent
            ? new() { Name = parent.Name, TaskScheduledId = parent.Step, OrchestrationInstance = new() { InstanceId = parent.InstanceId } }
            : null,
    });

    public static P.HistoryEvent TaskCompleted(int step, string? result, DateTime at) =>
        New(at, e => e.TaskCompleted = new() { TaskScheduledId = step, Result = result });

    public static P.HistoryEvent TaskFailed(int step, TaskFailureDetails failure, DateTime at) =>
        New(at, e => e.TaskFailed = new() { TaskScheduledId = step, FailureDetails = Failures.ToProto(failure) });

    public static P.HistoryEvent ChildCompleted(int step, string? result, DateTime at) =>
        New(at, e => e.SubOrchestrationInstanceCompleted = new() { TaskScheduledId = step, Result = result });

    public static P.HistoryEvent ChildFailed(int step, TaskFailureDetails failure, DateTime at) =>
        New(at, e => e.SubOrchestrationInstanceFailed = new() { TaskScheduledId = step, FailureDetails = Failures.ToProto(failure) });

    public static P.HistoryEvent TimerFired(int step, DateTime fireAt, DateTime at) =>
        New(at, e => e.TimerFired = new() { TimerId = step, FireAt = Timestamp.FromDateTime(fireAt) });

    public static P.HistoryEvent Raised(string name, string? json, DateTime at) =>
        New(at, e => e.EventRaised = new() { Name = name, Input = json });

    public static P.HistoryEvent Suspended(string? reason, DateTime at) => New(at, e => e.ExecutionSuspended = new() { Input = reason });

    public static P.HistoryEvent Resumed(string? reason, DateTime at) => New(at, e => e.ExecutionResumed = new() { Input = reason });

    public static P.HistoryEvent Terminated(string? output, DateTime at) => New(at, e => e.ExecutionTerminated = new() { Input = output });

    public static P.HistoryEvent Completed(P.OrchestrationStatus status, string? output, TaskFailureDetails? failure, DateTime at) =>
        New(at, e => e.ExecutionCompleted = new()
        {
            OrchestrationStatus = status,
            Result = output,
            FailureDetails = failure is null ? null : Failures.ToProto(failure),
        });

    /// <summary>The step that an action of the orchestrator's code takes; null if it takes none.</summary>
    public static P.HistoryEvent? FromAction(P.OrchestratorAction action, DateTime at)
    {
        var step = New(at, _ => { }, action.Id);
        switch (action.OrchestratorActionTypeCase)
        {
            case P.OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask:
                var task = action.ScheduleTask;
                step.TaskScheduled = new() { Name = task.Name, Version = task.Version, Input = task.Input, Tags = { task.Tags } };
                return step;
            case P.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration:
                var child = action.CreateSubOrchestration;
                step.SubOrchestrationInstanceCreated = new()
                {
                    InstanceId = child.InstanceId,
                    Name = child.Name,
                    Version = child.Version,
                    Input = child.Input,
                    Tags = { child.Tags },
                };
                return step;
            case P.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer:
                step.TimerCreated = new() { FireAt = action.CreateTimer.FireAt };
                return step;
            case P.OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent:
                var sent = action.SendEvent;
                step.EventSent = new() { InstanceId = sent.Instance.InstanceId, Name = sent.Name, Input = sent.Data };
                return step;
            default:
                return null;
        }
    }

    /// <summary>True for what the orchestrator's code did, false for what happened to it.</summary>
    public static bool IsStep(this P.HistoryEvent e) =>
        e.EventTypeCase is Kind.TaskScheduled or Kind.SubOrchestrationInstanceCreated or Kind.TimerCreated or Kind.EventSent;

    /// <summary>The number of the step that it takes or ends; -1 for what does neither.</summary>
    public static int GetStepNumber(this P.HistoryEvent e) => e.EventTypeCase switch
    {
        Kind.TaskScheduled or Kind.SubOrchestrationInstanceCreated or Kind.TimerCreated or Kind.EventSent => e.EventId,
        Kind.TaskCompleted => e.TaskCompleted.TaskScheduledId,
        Kind.TaskFailed => e.TaskFailed.TaskScheduledId,
        Kind.SubOrchestrationInstanceCompleted => e.SubOrchestrationInstanceCompleted.TaskScheduledId,
        Kind.SubOrchestrationInstanceFailed => e.SubOrchestrationInstanceFailed.TaskScheduledId,
        Kind.TimerFired => e.TimerFired.TimerId,
        _ => NoStep,
    };

    /// <summary>An activity's input: the framework sends a list of one.</summary>
    public static string? ReadActivityInput(string? list)
    {
        if (list is not ['[', .., ']']) return list;
        var input = list[1..^1];
        return input is "" or "null" ? null : input;
    }

    private static P.HistoryEvent New(DateTime at, Action<P.HistoryEvent> fill, int id = NoStep)
    {
        var e = new P.HistoryEvent { EventId = id, Timestamp = Timestamp.FromDateTime(at) };
        fill(e);
        return e;
    }
}
