using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Orchestrations;

namespace Serverless.DeadLetters.Operations;

/// <summary>
/// Requeues or deletes messages of a queue, however many: a page at a time, lane by lane. Which dead letters a page has is decided, and
/// kept, before any of them is touched: whatever dies meanwhile, those that are not there any more are done. With canaries, a few tasks are
/// requeued first, and the others only once all of these have succeeded.
/// </summary>
internal static class QueueOperationOrchestrator
{
    private const int PurgedAtOnce = 100;
    private const int StepsAnExecution = 50;
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(30);

    // Its retries may take hours; one that has not ended by then did not pass.
    private static readonly TimeSpan CanaryPatience = TimeSpan.FromDays(1);

    // A lock lasts five minutes at most. Who renews his for longer is at work on what this operation wants, and may keep it.
    private static readonly TimeSpan LockPatience = TimeSpan.FromMinutes(10);

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            maxNumberOfAttempts: 10, firstRetryInterval: TimeSpan.FromSeconds(
                2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(2)));

    /// <summary>The orchestration's input, carried on from page to page.</summary>
    /// <param name="Operation">What is to be done.</param>
    /// <param name="Progress">What has been done.</param>
    /// <param name="Lane">The index of the lane that is at work.</param>
    /// <param name="From">The sequence number from which on its dead letters are still to be looked at.</param>
    /// <param name="HasFound">Dead letters of it were settled since it was looked at from its start: others may have come
    /// meanwhile.</param>
    /// <param name="Left">How many waiting messages of it may still be purged; null until they are counted.</param>
    /// <param name="Canaries">The tasks that were requeued first; null until they are chosen.</param>
    /// <param name="CanariesSince">When the canaries were requeued.</param>
    public sealed record Run(
        QueueOperation Operation, QueueOperationProgress Progress, int Lane = 0, long From = 0, bool HasFound = false, int? Left = null,
        List<Canary>? Canaries = null, DateTime? CanariesSince = null);

    /// <summary>The input of a new operation's orchestration.</summary>
    public static Run Begin(QueueOperation operation) =>
        new(operation, new QueueOperationProgress(operation.Canaries > 0 ? "canaries" : "working"));

    /// <summary>Does the work, or the next part of it.</summary>
    [Function(nameof(QueueOperationOrchestrator))]
    public static async Task<QueueOperationProgress?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = OrchestrationInput.Read<Run>(context);
        context.SetCustomStatus(run.Progress);
        run = run.Progress.Phase == "canaries" ? await TryCanariesAsync(context, run) : await WorkAsync(context, run);
        context.SetCustomStatus(run.Progress);
        if (run.Progress.Phase is "done" or "stopped") return run.Progress;

        context.ContinueAsNew(run);
        return null;
    }

    private static async Task<Run> TryCanariesAsync(TaskOrchestrationContext context, Run run)
    {
        if (run.Canaries is null) run = await RequeueCanariesAsync(context, run);
        if (run.Progress.Phase == "stopped") return run;
        if (run.Canaries!.Count == 0) return Stop(run, "None of the dead letters that are meant is a task: there is nothing to try.");

        var wait = FirstLook;
        for (var look = 0; look < StepsAnExecution && !run.Canaries!.All(canary => canary.HasPassed); look++)
        {
            context.SetCustomStatus(run.Progress);
            await context.CreateTimer(wait, CancellationToken.None);
            wait = wait * 2 < MaxPause ? wait * 2 : MaxPause;
            var canaries = await context.CallActivityAsync<List<Canary>>(
                nameof(QueueOperationActivities.CheckCanaries), run.Canaries, Retry);
            run = run with { Canaries = canaries, Progress = run.Progress with { Passed = canaries.Count(canary => canary.HasPassed) } };
            if (canaries.Exists(canary => canary.HasFailed)) return Stop(run, Failed(canaries));
            if (run.Progress.Passed < canaries.Count && context.CurrentUtcDateTime - run.CanariesSince > CanaryPatience)
                return Stop(run, "The canaries were not seen to pass within a day.");
        }

        return run.Canaries!.All(canary => canary.HasPassed) ? run with { Progress = run.Progress with { Phase = "working" } } : run;
    }

    private static async Task<Run> RequeueCanariesAsync(TaskOrchestrationContext context, Run run)
    {
        // They are chosen before any is sent: a crash in between sends the same ones again, not others.
        var canaries = await context.CallActivityAsync<List<Canary>>(nameof(QueueOperationActivities.PickCanaries), run.Operation, Retry);
        run =
            run with
            {
                Canaries = canaries,
                CanariesSince = context.CurrentUtcDateTime,
                Progress =
                run.Progress with { Canaries = canaries.Count }
            };
        foreach (var lane in canaries.GroupBy(canary => canary.Lane))
        {
            run = await SettleAsync(
                context, run, new SettlePage(run.Operation, lane.Key, [.. lane.Select(canary => canary.Number)], IsWatched: true));
            if (run.Progress.Phase == "stopped") break;
        }

        return run;
    }

    private static async Task<Run> WorkAsync(TaskOrchestrationContext context, Run run)
    {
        for (var step = 0; step < StepsAnExecution && run.Lane < run.Operation.Lanes.Count; step++)
        {
            run = run.Operation.Kind == QueueOperationKind.PurgeMessages
                ? await PurgeAsync(context, run) : await SettleNextAsync(context, run);
            if (run.Progress.Phase == "stopped") return run;
            context.SetCustomStatus(run.Progress);
        }

        return run.Lane < run.Operation.Lanes.Count ? run : run with { Progress = run.Progress with { Phase = "done" } };
    }

    private static async Task<Run> SettleNextAsync(TaskOrchestrationContext context, Run run)
    {
        var lane = run.Operation.Lanes[run.Lane];
        var page = await context.CallActivityAsync<PlannedPage>(
            nameof(QueueOperationActivities.PlanDeadLetters), new PlanPage(run.Operation, lane, run.From), Retry);
        if (page.Numbers.Count > 0)
            run = await SettleAsync(context, run with { HasFound = true }, new SettlePage(run.Operation, lane, page.Numbers));
        if (page.Next is { } next) return run with { From = next };

        // A requeue is through when nothing was found from start to end; a purge after one pass, or a busy queue would never be done.
        var again = run.HasFound && run.Operation.Kind == QueueOperationKind.Requeue;
        return run with { From = 0, HasFound = false, Lane = again ? run.Lane : run.Lane + 1 };
    }

    private static async Task<Run> SettleAsync(TaskOrchestrationContext context, Run run, SettlePage page)
    {
        var (wait, since) = (FirstLook, context.CurrentUtcDateTime);
        while (page.Numbers.Count > 0)
        {
            var left = await context.CallActivityAsync<List<long>>(nameof(QueueOperationActivities.SettleDeadLetters), page, Retry);
            run = Count(run, page.Numbers.Count - left.Count);
            if (left.Count < page.Numbers.Count) (wait, since) = (FirstLook, context.CurrentUtcDateTime);
            if (left.Count > 0)
            {
                if (context.CurrentUtcDateTime - since > LockPatience) return Stop(run, StillLocked(left.Count, page.Lane));
                context.SetCustomStatus(run.Progress);
                await context.CreateTimer(wait, CancellationToken.None);
                wait = wait * 2 < MaxPause ? wait * 2 : MaxPause;
            }

            page = page with { Numbers = left };
        }

        return run;
    }

    // What is sent meanwhile stays, or a busy queue would never be done.
    private static async Task<Run> PurgeAsync(TaskOrchestrationContext context, Run run)
    {
        var lane = new PurgePage(run.Operation.Lanes[run.Lane], PurgedAtOnce);
        if (run.Left is not { } left)
            return run with { Left = await context.CallActivityAsync<int>(nameof(QueueOperationActivities.CountMessages), lane, Retry) };

        var deleted = left <= 0
            ? 0
                : await context.CallActivityAsync<int>(
                    nameof(QueueOperationActivities.PurgeMessages), lane with { Max = Math.Min(PurgedAtOnce, left) }, Retry);
        return deleted == 0 ? run with { Lane = run.Lane + 1, Left = null } : Count(run with { Left = left - deleted }, deleted);
    }

    private static Run Count(Run run, int settled) => run with
    {
        Progress = run.Operation.Kind == QueueOperationKind.Requeue
            ? run.Progress with { Requeued = run.Progress.Requeued + settled }
            : run.Progress with { Deleted = run.Progress.Deleted + settled },
    };

    private static Run Stop(Run run, string reason) => run with { Progress = run.Progress with { Phase = "stopped", Stopped = reason } };

    private static string StillLocked(int count, string lane) => string.Create(CultureInfo.InvariantCulture,
        $"{count} dead letters of {lane} could not be taken for {LockPatience.TotalMinutes:0} minutes: somebody else holds their locks. " +
        $"Try again later.");

    private static string Failed(List<Canary> canaries)
    {
        var failed = canaries.FindAll(canary => canary.HasFailed);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{failed.Count} of {canaries.Count} canaries did not pass, such as task {failed[0].Id}: {failed[0].Error}");
    }
}
