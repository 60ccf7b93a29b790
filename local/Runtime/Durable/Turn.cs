using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Kind = Microsoft.DurableTask.Protobuf.HistoryEvent.EventTypeOneofCase;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Takes up an instance's messages: what they and the orchestrator's code make of it. Changes nothing but its result.</summary>
internal sealed class Turn(IDurableFunctions functions, OrchestratorRunner runner, VersionRule versions)
{
    private const int MaxCustomStatusBytes = 16 * 1024;

    /// <param name="instance">Not changed.</param>
    /// <param name="history">Not changed.</param>
    /// <param name="messages">In order.</param>
    /// <param name="now">Not before the last turn's.</param>
    /// <param name="reportStranger">Called if the code goes on outside of its turn; on any thread.</param>
    public TurnResult Run(Instance instance, InstanceHistory history, IReadOnlyList<Message> messages, DateTime now, Action reportStranger)
    {
        var result = new TurnResult { Now = now };
        var news = Sort(instance, messages, result);
        if (result.IsFinished) return result;

        if (news.Exists(m => m.LeftItsThread))
        {
            Fail(result, TaskFailureDetails.FromException(GuardedOrchestrator.WaitsForStranger(instance.Name)));
        }
        else if (news.Count > 0)
        {
            P.HistoryEvent[] events =
            [
                HistoryEvents.TurnStarted(now),
                .. news.Select(m => m.Event.EventTypeCase == Kind.ExecutionStarted ? HistoryEvents.Started(instance, now) : m.Event),
            ];
            result.History.AddRange(events);
            RunCode(instance, history, events, result, reportStranger);
        }

        return result;
    }

    /// <summary>A turn that takes up nothing, but ends the instance.</summary>
    public static TurnResult Fail(IReadOnlyList<Message> messages, TaskFailureDetails failure, DateTime now)
    {
        var result = new TurnResult { Now = now };
        result.Consumed.AddRange(messages.Where(m => !m.LeftItsThread));
        Fail(result, failure);
        return result;
    }

    private static List<Message> Sort(Instance instance, IReadOnlyList<Message> messages, TurnResult result)
    {
        var news = new List<Message>();
        var held = new List<Message>(instance.Held);
        var suspended = instance.Suspended;
        var reason = instance.SuspendReason;
        var started = instance.Started;
        foreach (var message in messages)
        {
            var isStale = message.Execution != 0 && message.Execution != instance.Execution;
            if (isStale)
            {
                result.Consumed.Add(message);
                continue;
            }

            switch (message.Event.EventTypeCase)
            {
                case Kind.ExecutionTerminated:
                    result.History.Add(message.Event);
                    result.Status = OrchestrationRuntimeStatus.Terminated;
                    result.Output = message.Event.ExecutionTerminated.Input;
                    return news;
                case Kind.ExecutionSuspended:
                    (suspended, reason) = (true, message.Event.ExecutionSuspended.Input);
                    result.History.Add(message.Event);
                    result.Consumed.Add(message);
                    break;
                case Kind.ExecutionResumed:
                    (suspended, reason) = (false, null);
                    result.History.Add(message.Event);
                    result.Consumed.Add(message);
                    started |= held.Exists(m => m.Event.EventTypeCase == Kind.ExecutionStarted);
                    if (started) Release(held, news);
                    break;
                case Kind.ExecutionStarted when !suspended:
                    started = true;
                    news.Add(message);
                    Release(held, news);
                    break;
                default:
                    (suspended || !started ? held : news).Add(message);
                    break;
            }
        }

        result.Held = held;
        result.Consumed.AddRange(news);
        result.StartsExecution = news.Exists(m => m.Event.EventTypeCase == Kind.ExecutionStarted);
        if (suspended) (result.Status, result.Output) = (OrchestrationRuntimeStatus.Suspended, reason);
        else if (!started) result.Status = OrchestrationRuntimeStatus.Pending;
        result.Session = instance.Session;
        return news;
    }

    private static void Release(List<Message> held, List<Message> news)
    {
        news.AddRange(held);
        held.Clear();
    }

    private void RunCode(
        Instance instance, InstanceHistory history, IReadOnlyList<P.HistoryEvent> events, TurnResult result, Action reportStranger)
    {
        if (versions.FindFault(instance.Version) is { } fault)
        {
            Fail(result, new TaskFailureDetails("VersionMismatch", fault, null, null, null));
            return;
        }

        if (functions.FindOrchestrator(instance.Name) is not { } code)
        {
            Fail(result, new TaskFailureDetails(
                typeof(ArgumentException).FullName!,
                $"The function '{instance.Name}' doesn't exist, is disabled, or is not an orchestrator function.", null, null, null));
            return;
        }

        try
        {
            var (response, session) = runner.Run(instance, history, events, code, reportStranger);
            result.Session = session;
            result.NewSteps.AddRange(response.Actions.Select(a => HistoryEvents.FromAction(a, result.Now)).OfType<P.HistoryEvent>());
            result.History.AddRange(result.NewSteps);
            SetCustomStatus(response.CustomStatus, result);
            if (response.Actions.FirstOrDefault(a => a.CompleteOrchestration is not null) is { } end)
                Finish(instance, end.CompleteOrchestration, result);
        }
#pragma warning disable CA1031 // Whatever the code's run ends with is the orchestration's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(result, TaskFailureDetails.FromException(e));
        }
    }

    private static void SetCustomStatus(string? status, TurnResult result)
    {
        var bytes = 2L * (status?.Length ?? 0);
        if (bytes > MaxCustomStatusBytes)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"CustomStatus is too large: limit = 16 KB (UTF-16), actual = {bytes / 1024.0:0.##} KB."));
        }

        result.SetsCustomStatus = true;
        result.CustomStatus = status;
    }

    private static void Finish(Instance instance, P.CompleteOrchestrationAction end, TurnResult result)
    {
        switch (end.OrchestrationStatus)
        {
            case P.OrchestrationStatus.ContinuedAsNew:
                result.Next = new NextExecution(
                    end.Result, string.IsNullOrWhiteSpace(end.NewVersion) ? instance.Version : end.NewVersion, end.CarryoverEvents);
                break;
            case P.OrchestrationStatus.Failed:
                Fail(result, end.FailureDetails is { } failure
                    ? Failures.FromProto(failure)
                    : new TaskFailureDetails(typeof(InvalidOperationException).FullName!, end.Result, end.Details, null, null));
                break;
            default:
                result.Output = end.Result;
                result.Status = OrchestrationRuntimeStatus.Completed;
                result.History.Add(HistoryEvents.Completed(end.OrchestrationStatus, result.Output, null, result.Now));
                break;
        }
    }

    private static void Fail(TurnResult result, TaskFailureDetails failure)
    {
        result.Status = OrchestrationRuntimeStatus.Failed;
        result.Output = failure.ToString();
        result.Failure = Failures.Write(failure);
        result.Next = null;
        result.Session = null;
        result.History.Add(HistoryEvents.Completed(P.OrchestrationStatus.Failed, result.Output, failure, result.Now));
    }
}
