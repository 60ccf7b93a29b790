using System.Text.Json.Nodes;
using Serverless.Local.Runtime.Durable;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Http;

/// <summary>
/// A history as the Durable Functions extension shows it: one entry a step, with the time it was scheduled and the time it ended;
/// the orchestrator's turns are left out.
/// </summary>
internal static class DurableHistoryJson
{
    public static JsonArray Write(IReadOnlyList<P.HistoryEvent> history, InstanceRow instance, bool showInput, bool showOutput)
    {
        var scheduled = history.Where(e => e.IsStep()).ToDictionary(e => e.EventId);
        var ended = history.Where(e => !e.IsStep() && e.GetStepNumber() >= 0 && e.EventTypeCase != Kind.TimerFired)
            .Select(e => e.GetStepNumber())
            .ToHashSet();
        var events = history.Where(e => e.EventTypeCase != Kind.OrchestratorStarted && !(IsCall(e) && ended.Contains(e.EventId)));
        return [.. events.Select(e => Write(e, scheduled.GetValueOrDefault(e.GetStepNumber()), instance, showInput, showOutput))];
    }

    private static bool IsCall(P.HistoryEvent e) => e.EventTypeCase is Kind.TaskScheduled or Kind.SubOrchestrationInstanceCreated;

    private static JsonObject Write(P.HistoryEvent e, P.HistoryEvent? scheduled, InstanceRow instance, bool showInput, bool showOutput)
    {
        var json = new JsonObject { ["EventType"] = e.EventTypeCase.ToString() };
        switch (e.EventTypeCase)
        {
            case Kind.ExecutionStarted:
                json["Correlation"] = null;
                json["ParentTraceContext"] = null;
                json["ScheduledStartTime"] = null;
                json["Generation"] = 0;
                json["GenerateNewTrace"] = false;
                if (showInput) json["Input"] = instance.Input;
                json["FunctionName"] = e.ExecutionStarted.Name;
                break;
            case Kind.TaskCompleted or Kind.SubOrchestrationInstanceCompleted:
                if (showOutput)
                    json["Result"] = DurableJson.BuildValue(e.TaskCompleted?.Result ?? e.SubOrchestrationInstanceCompleted?.Result);
                Call(json, scheduled, showInput);
                break;
            case Kind.TaskFailed or Kind.SubOrchestrationInstanceFailed:
                AddFailure(json, e.TaskFailed?.FailureDetails ?? e.SubOrchestrationInstanceFailed?.FailureDetails);
                Call(json, scheduled, showInput);
                break;
            case Kind.ExecutionCompleted:
                json["OrchestrationStatus"] = e.ExecutionCompleted.OrchestrationStatus.ToString();
                if (showOutput) json["Result"] = DurableJson.BuildValue(e.ExecutionCompleted.Result);
                json["FailureDetails"] = e.ExecutionCompleted.FailureDetails is { } failure ? FailureJson(failure) : null;
                break;
            case Kind.TimerCreated or Kind.TimerFired:
                json["FireAt"] = (e.TimerCreated?.FireAt ?? e.TimerFired.FireAt).ToDateTime();
                break;
            case Kind.EventSent:
                json["InstanceId"] = e.EventSent.InstanceId;
                AddName(json, e.EventSent.Name, e.EventSent.Input, showInput);
                break;
            case Kind.EventRaised:
                AddName(json, e.EventRaised.Name, e.EventRaised.Input, showInput);
                break;
            case Kind.SubOrchestrationInstanceCreated:
                json["InstanceId"] = e.SubOrchestrationInstanceCreated.InstanceId;
                AddName(json, e.SubOrchestrationInstanceCreated.Name, e.SubOrchestrationInstanceCreated.Input, showInput);
                break;
            case Kind.TaskScheduled:
                AddName(json, e.TaskScheduled.Name, HistoryEvents.ReadActivityInput(e.TaskScheduled.Input), showInput);
                break;
            case Kind.ExecutionSuspended or Kind.ExecutionResumed:
                json["Reason"] = e.ExecutionSuspended?.Input ?? e.ExecutionResumed?.Input;
                break;
            case Kind.ExecutionTerminated:
                if (showInput) json["Input"] = e.ExecutionTerminated.Input;
                break;
            default:
                throw new InvalidOperationException($"A history holds no {e.EventTypeCase}.");
        }

        json["Timestamp"] = e.Timestamp.ToDateTime();
        return json;
    }

    private static void AddName(JsonObject json, string name, string? input, bool showInput)
    {
        json["Name"] = name;
        if (showInput) json["Input"] = input;
    }

    private static void Call(JsonObject json, P.HistoryEvent? scheduled, bool showInput)
    {
        if (scheduled is null) return;
        var (name, input) = scheduled.TaskScheduled is { } task
            ? (task.Name, HistoryEvents.ReadActivityInput(task.Input))
            : (scheduled.SubOrchestrationInstanceCreated.Name, scheduled.SubOrchestrationInstanceCreated.Input);
        json["ScheduledTime"] = scheduled.Timestamp.ToDateTime();
        json["FunctionName"] = name;
        if (showInput) json["Input"] = input;
    }

    private static void AddFailure(JsonObject json, P.TaskFailureDetails? failure)
    {
        if (failure is null) return;
        json["Reason"] = failure.ErrorMessage;
        json["Details"] = failure.StackTrace;
        json["FailureDetails"] = FailureJson(failure);
    }

    private static JsonNode? FailureJson(P.TaskFailureDetails failure) => JsonNode.Parse(Failures.Write(Failures.FromProto(failure)));
}
