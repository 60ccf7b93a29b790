using System.Globalization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Takes up an instance's messages: what they and the orchestrator's code make of it. Changes nothing but its result.</summary>
internal sealed class Turn(IDurableFunctions functions, DataConverter converter, ILoggerFactory logging)
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

        if (news.Exists(m => m.Event.Kind == HistoryEventKind.LeftItsThread))
        {
            Fail(result, TaskFailureDetails.FromException(OrchestratorRun.WaitsForStranger(instance.Name)));
        }
        else if (news.Count > 0)
        {
            result.History.Add(new HistoryEvent(HistoryEventKind.OrchestratorStarted, now));
            result.History.AddRange(news.Select(m => m.Event.Kind == HistoryEventKind.ExecutionStarted ? m.Event with { Name = instance.Name } : m.Event));
            RunCode(instance, history, news, result, reportStranger);
        }

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

            switch (message.Event.Kind)
            {
                case HistoryEventKind.ExecutionTerminated:
                    result.History.Add(message.Event);
                    result.Status = OrchestrationRuntimeStatus.Terminated;
                    result.Output = message.Event.Data;
                    return news;
                case HistoryEventKind.ExecutionSuspended:
                    (suspended, reason) = (true, message.Event.Data);
                    result.History.Add(message.Event);
                    result.Consumed.Add(message);
                    break;
                case HistoryEventKind.ExecutionResumed:
                    (suspended, reason) = (false, null);
                    result.History.Add(message.Event);
                    result.Consumed.Add(message);
                    started |= held.Exists(m => m.Event.Kind == HistoryEventKind.ExecutionStarted);
                    if (started) Release(held, news);
                    break;
                case HistoryEventKind.ExecutionStarted when !suspended:
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
        result.StartsExecution = news.Exists(m => m.Event.Kind == HistoryEventKind.ExecutionStarted);
        if (suspended) (result.Status, result.Output) = (OrchestrationRuntimeStatus.Suspended, reason);
        else if (!started) result.Status = OrchestrationRuntimeStatus.Pending;
        return news;
    }

    private static void Release(List<Message> held, List<Message> news)
    {
        news.AddRange(held);
        held.Clear();
    }

    private void RunCode(Instance instance, InstanceHistory history, List<Message> news, TurnResult result, Action reportStranger)
    {
        if (functions.FindOrchestrator(instance.Name) is not { } code)
        {
            Fail(result, new TaskFailureDetails(
                typeof(ArgumentException).FullName!,
                $"The function '{instance.Name}' doesn't exist, is disabled, or is not an orchestrator function.", null, null, null));
            return;
        }

        var run = new OrchestratorRun(instance, history, code, converter, logging, reportStranger);
        try
        {
            var main = run.Run([.. news.Select(m => m.Event)], result.Now);
            result.NewSteps.AddRange(run.Context.NewSteps);
            result.CancelledTimers.AddRange(run.Context.CancelledTimers);
            result.History.AddRange(run.Context.NewSteps);
            SetCustomStatus(run.Context, result);
            if (main is not null) Finish(instance, run.Context, main.GetAwaiter().GetResult(), result);
        }
        catch (OrchestratorDeviationException e)
        {
            Fail(result, new TaskFailureDetails(OrchestratorDeviationException.OfficialType, e.Message, null, null, null));
        }
#pragma warning disable CA1031 // Whatever leaves the orchestrator's code is the orchestration's failure.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail(result, TaskFailureDetails.FromException(e));
        }
    }

    private static void SetCustomStatus(OrchestrationContext context, TurnResult result)
    {
        var status = context.SerializeCustomStatus();
        var bytes = 2L * (status?.Length ?? 0);
        if (bytes > MaxCustomStatusBytes)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"CustomStatus is too large: limit = 16 KB (UTF-16), actual = {bytes / 1024.0:0.##} KB."));
        }

        result.SetsCustomStatus = true;
        result.CustomStatus = status;
    }

    private void Finish(Instance instance, OrchestrationContext context, object? output, TurnResult result)
    {
        if (context.Again is { } again)
        {
            result.Next = new NextExecution(
                converter.Serialize(again.NewInput),
                string.IsNullOrWhiteSpace(again.NewVersion) ? instance.Version : again.NewVersion,
                again.PreserveUnprocessedEvents ? context.Events.Unheard : []);
            return;
        }

        result.Output = converter.Serialize(output);
        result.Status = OrchestrationRuntimeStatus.Completed;
        End(result);
    }

    private static void Fail(TurnResult result, TaskFailureDetails failure)
    {
        result.Status = OrchestrationRuntimeStatus.Failed;
        result.Output = failure.ToString();
        result.Failure = Failures.Write(failure);
        result.Next = null;
        End(result);
    }

    private static void End(TurnResult result) => result.History.Add(new HistoryEvent(HistoryEventKind.ExecutionCompleted, result.Now)
    {
        Name = result.Status.ToString(),
        Data = result.Output,
        Failure = result.Failure,
    });
}
