using System.Text.Json.Nodes;
using Serverless.Local.Runtime.Durable;

namespace Serverless.Local.Runtime.Http;

/// <summary>
/// A history as the Durable Functions extension shows it: one entry a step, with the time it was scheduled and the time it ended;
/// the orchestrator's turns are left out.
/// </summary>
internal static class DurableHistoryJson
{
    public static JsonArray Write(IReadOnlyList<HistoryEvent> history, InstanceRow instance, bool showInput, bool showOutput)
    {
        var scheduled = history.Where(e => e.IsStep).ToDictionary(e => e.Step);
        var ended = history.Where(e => !e.IsStep && e.Step >= 0 && e.Kind != HistoryEventKind.TimerFired).Select(e => e.Step).ToHashSet();
        var events = history.Where(e => e.Kind != HistoryEventKind.OrchestratorStarted && !(IsCall(e) && ended.Contains(e.Step)));
        return [.. events.Select(e => Write(e, scheduled.GetValueOrDefault(e.Step), instance, showInput, showOutput))];
    }

    private static bool IsCall(HistoryEvent e) => e.Kind is HistoryEventKind.TaskScheduled or HistoryEventKind.SubOrchestrationInstanceCreated;

    private static JsonObject Write(HistoryEvent e, HistoryEvent? scheduled, InstanceRow instance, bool showInput, bool showOutput)
    {
        var json = new JsonObject { ["EventType"] = e.Kind.ToString() };
        switch (e.Kind)
        {
            case HistoryEventKind.ExecutionStarted:
                json["Correlation"] = null;
                json["ParentTraceContext"] = null;
                json["ScheduledStartTime"] = null;
                json["Generation"] = 0;
                json["GenerateNewTrace"] = false;
                if (showInput) json["Input"] = instance.Input;
                json["FunctionName"] = e.Name;
                break;
            case HistoryEventKind.TaskCompleted or HistoryEventKind.SubOrchestrationInstanceCompleted:
                if (showOutput) json["Result"] = DurableJson.Value(e.Data);
                Call(json, scheduled, showInput);
                break;
            case HistoryEventKind.TaskFailed or HistoryEventKind.SubOrchestrationInstanceFailed:
                Failure(json, e);
                Call(json, scheduled, showInput);
                break;
            case HistoryEventKind.ExecutionCompleted:
                json["OrchestrationStatus"] = e.Name;
                if (showOutput) json["Result"] = DurableJson.Value(e.Data);
                json["FailureDetails"] = DurableJson.Value(e.Failure);
                break;
            case HistoryEventKind.TimerCreated or HistoryEventKind.TimerFired:
                json["FireAt"] = e.FireAt;
                break;
            case HistoryEventKind.EventSent or HistoryEventKind.SubOrchestrationInstanceCreated:
                json["InstanceId"] = e.Target;
                Named(json, e, showInput);
                break;
            case HistoryEventKind.TaskScheduled or HistoryEventKind.EventRaised:
                Named(json, e, showInput);
                break;
            case HistoryEventKind.ExecutionSuspended or HistoryEventKind.ExecutionResumed:
                json["Reason"] = e.Data;
                break;
            case HistoryEventKind.ExecutionTerminated:
                if (showInput) json["Input"] = e.Data;
                break;
            default:
                throw new InvalidOperationException($"A history holds no {e.Kind}.");
        }

        json["Timestamp"] = e.Timestamp;
        return json;
    }

    private static void Named(JsonObject json, HistoryEvent e, bool showInput)
    {
        json["Name"] = e.Name;
        if (showInput) json["Input"] = e.Data;
    }

    private static void Call(JsonObject json, HistoryEvent? scheduled, bool showInput)
    {
        if (scheduled is null) return;
        json["ScheduledTime"] = scheduled.Timestamp;
        json["FunctionName"] = scheduled.Name;
        if (showInput) json["Input"] = scheduled.Data;
    }

    private static void Failure(JsonObject json, HistoryEvent e)
    {
        if (e.Failure is null) return;
        var failure = Failures.Read(e.Failure);
        json["Reason"] = failure.ErrorMessage;
        json["Details"] = failure.StackTrace;
        json["FailureDetails"] = DurableJson.Value(e.Failure);
    }
}
