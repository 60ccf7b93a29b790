using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Serverless.Email.Jobs.Store;
using Serverless.Orchestrations;

namespace Serverless.Email.Jobs.Run;

/// <summary>
/// A mail job: divide the list, send its batches, a window of them at a time, try those again that the server put off, sum up.
/// </summary>
internal static class MailJobOrchestrator
{
    /// <summary>The event that wakes a waiting job that was cancelled.</summary>
    public const string Cancel = "Cancel";

    // What the list or the template is to blame for fails again.
    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 6, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 3)
        {
            HandleFailure = failure => !failure.IsCausedBy<MailJobException>(),
        });

    /// <summary>Runs the job, or its next batches.</summary>
    [Function(nameof(MailJobOrchestrator))]
    public static async Task<MailResult?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = OrchestrationInput.Read<MailRun>(context);
        BatchWindow? window = null;
        try
        {
            run = await PlanAsync(context, run);
            window = new BatchWindow(run);
            await SendAsync(context, run, window);
        }
        catch (Exception e) when (e is MailJobException or TaskFailedException)
        {
            var error = e is TaskFailedException failed ? failed.FailureDetails.ErrorMessage : e.Message;
            await FinishAsync(context, run, window?.Counts ?? run.Counts, error);
            throw;
        }

        if (window.IsComplete || window.IsEnded) return await FinishAsync(context, run, window.Counts, null);
        context.ContinueAsNew(window.Run);
        return null;
    }

    private static async Task<MailRun> PlanAsync(TaskOrchestrationContext context, MailRun run)
    {
        if (run.Facts is not null) return run;
        context.SetCustomStatus(MailProgress.Before("Reading the list of recipients"));
        var startedAt = context.CurrentUtcDateTime;
        return run with { StartedAt = startedAt, Facts = await context.CallActivityAsync<MailFacts>(nameof(PlanMail), run.JobId, Retry) };
    }

    private static async Task SendAsync(TaskOrchestrationContext context, MailRun run, BatchWindow window)
    {
        var inFlight = new List<(BatchTask Batch, Task<BatchOutcome> Work)>();
        var goesOn = true;
        while (goesOn)
        {
            foreach (var batch in window.Start(context.CurrentUtcDateTime))
                inFlight.Add((batch, context.CallActivityAsync<BatchOutcome>(nameof(SendBatch), batch, Retry)));
            context.SetCustomStatus(MailProgress.During(run, window));
            if (inFlight.Count > 0) await TakeInAsync(context, window, inFlight);
            else goesOn = await WaitAsync(context, run, window);
        }
    }

    private static async Task TakeInAsync(
        TaskOrchestrationContext context, BatchWindow window, List<(BatchTask Batch, Task<BatchOutcome> Work)> inFlight)
    {
        var ended = await Task.WhenAny(inFlight.Select(f => f.Work));
        var index = inFlight.FindIndex(f => f.Work == ended);
        var batch = inFlight[index].Batch;
        inFlight.RemoveAt(index);
        window.Complete(batch, await ended, context.CurrentUtcDateTime);
    }

    /// <returns>False when there is nothing to wait for in this run.</returns>
    private static async Task<bool> WaitAsync(TaskOrchestrationContext context, MailRun run, BatchWindow window)
    {
        if (window.IsComplete || window.IsEnded) return false;
        var now = context.CurrentUtcDateTime;
        if (window.Outage > TimeSpan.Zero)
        {
            if (window.MeasureOutage(now) > TimeSpan.FromSeconds(run.Facts!.MaxOutageSeconds))
                throw new MailJobException(
                    $"The mail server could not be used for " +
                    $"{window.MeasureOutage(now).TotalHours.ToString("0.#", CultureInfo.InvariantCulture)} hours (setting " +
                    $"Mail__MaxOutage). " +
                    $"{window.OutageReason}");
            Logs.JobWaited(
                context.CreateReplaySafeLogger(nameof(MailJobOrchestrator)), run.JobId, window.Outage.TotalSeconds, window.Outages);
            await PauseAsync(context, window, window.Outage);
            window.Resume();
            return !window.IsEnded;
        }

        if (window.IsFull) return false;
        if (window.NextDue is { } due && due > now) await PauseAsync(context, window, due - now);
        return !window.IsEnded;
    }

    // Who cancels tells the table, which batches look at, and then wakes the orchestration, which may be waiting for hours.
    private static async Task PauseAsync(TaskOrchestrationContext context, BatchWindow window, TimeSpan delay)
    {
        try
        {
            await context.WaitForExternalEvent<bool>(Cancel, delay);
            window.End();
        }
        catch (TaskCanceledException)
        {
            // The time is up: on it goes.
        }
    }

    private static async Task<MailResult> FinishAsync(TaskOrchestrationContext context, MailRun run, MailCounts counts, string? error)
    {
        var task = new FinishTask(run.JobId, run.Facts?.Total ?? 0, counts, error);
        var result = await context.CallActivityAsync<MailResult>(nameof(FinishMail), task, Retry);
        context.SetCustomStatus(MailProgress.After(run, counts));
        return result;
    }
}
