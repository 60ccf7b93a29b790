using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Tasks;

namespace Serverless.Queues.Operations;

/// <summary>
/// Requeues or deletes messages of a queue, however many: a page at a time, lane by lane. With canaries, a few tasks are requeued first,
/// and the others only once all of these have succeeded.
/// </summary>
public static class QueueOperationOrchestrator
{
    private const int PageSize = 1000;
    private const int StepsAnExecution = 50;
    private static readonly TimeSpan _firstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _longestLook = TimeSpan.FromSeconds(30);

    // Its retries may take hours; one that has not ended by then did not pass.
    private static readonly TimeSpan _canaryPatience = TimeSpan.FromDays(1);

    private static readonly TaskOptions _retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 10, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(2)));

    /// <summary>What the orchestration is given, and carries on.</summary>
    /// <param name="Operation">What is to be done.</param>
    /// <param name="Progress">What has been done.</param>
    /// <param name="Lane">The index of the lane that is at work.</param>
    /// <param name="Left">How many messages of it may still be purged; null until they are counted.</param>
    /// <param name="Canaries">The tasks that were requeued first; null until they are chosen.</param>
    /// <param name="CanariesSince">When the canaries were requeued.</param>
    public sealed record Run(QueueOperation Operation, QueueOperationProgress Progress, int Lane = 0, int? Left = null, List<Canary>? Canaries = null, DateTime? CanariesSince = null);

    /// <summary>What a new operation's orchestration is given.</summary>
    public static Run Begin(QueueOperation operation) => new(operation, new QueueOperationProgress(operation.Canaries > 0 ? "canaries" : "working"));

    /// <summary>Does the work, or the next part of it.</summary>
    [Function(nameof(QueueOperationOrchestrator))]
    public static async Task<QueueOperationProgress?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<Run>() ?? throw new InvalidOperationException("An operation's orchestration needs an input.");
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
        if (run.Canaries!.Count == 0) return Stop(run, "None of the dead letters that are meant is a task: there is nothing to try.");

        var wait = _firstLook;
        for (var look = 0; look < StepsAnExecution && !run.Canaries!.All(canary => canary.HasPassed); look++)
        {
            context.SetCustomStatus(run.Progress);
            await context.CreateTimer(wait, CancellationToken.None);
            wait = wait * 2 < _longestLook ? wait * 2 : _longestLook;
            var canaries = await context.CallActivityAsync<List<Canary>>(nameof(QueueOperationActivities.LookAtCanaries), run.Canaries, _retry);
            run = run with { Canaries = canaries, Progress = run.Progress with { Passed = canaries.Count(canary => canary.HasPassed) } };
            if (canaries.Exists(canary => canary.HasFailed)) return Stop(run, Failed(canaries));
            if (context.CurrentUtcDateTime - run.CanariesSince > _canaryPatience) return Stop(run, "The canaries have not ended within a day.");
        }

        return run.Canaries!.All(canary => canary.HasPassed) ? run with { Progress = run.Progress with { Phase = "working" } } : run;
    }

    private static async Task<Run> RequeueCanariesAsync(TaskOrchestrationContext context, Run run)
    {
        // They are chosen before any is sent: a crash in between sends the same ones again, not others.
        var canaries = await context.CallActivityAsync<List<Canary>>(nameof(QueueOperationActivities.PickCanaries), run.Operation, _retry);
        if (canaries.Count > 0) await context.CallActivityAsync(nameof(QueueOperationActivities.RequeueCanaries), new CanaryPage(run.Operation, canaries), _retry);
        var progress = run.Progress with { Canaries = canaries.Count, Requeued = canaries.Count };
        return run with { Canaries = canaries, CanariesSince = context.CurrentUtcDateTime, Progress = progress };
    }

    private static async Task<Run> WorkAsync(TaskOrchestrationContext context, Run run)
    {
        for (var step = 0; step < StepsAnExecution && run.Lane < run.Operation.Lanes.Count; step++)
        {
            run = run.Operation.Kind == QueueOperationKind.PurgeMessages || (run.Operation.Kind == QueueOperationKind.PurgeDeadLetters && run.Operation.Filter.IsEmpty)
                ? await PurgeAsync(context, run)
                : await SettleAsync(context, run);
            context.SetCustomStatus(run.Progress);
        }

        return run.Lane < run.Operation.Lanes.Count ? run : run with { Progress = run.Progress with { Phase = "done" } };
    }

    private static async Task<Run> SettleAsync(TaskOrchestrationContext context, Run run)
    {
        var page = new SettlePage(run.Operation, run.Operation.Lanes[run.Lane], PageSize);
        var tally = await context.CallActivityAsync<DeadLetterTally>(nameof(QueueOperationActivities.SettleDeadLetters), page, _retry);
        return Advance(run, tally.Requeued, tally.Deleted, isEmpty: tally.Requeued + tally.Deleted == 0);
    }

    // What is sent meanwhile stays, or a busy queue would never be done.
    private static async Task<Run> PurgeAsync(TaskOrchestrationContext context, Run run)
    {
        var lane = new PurgePage(run.Operation.Lanes[run.Lane], run.Operation.Kind == QueueOperationKind.PurgeDeadLetters, PageSize);
        if (run.Left is not { } left) return run with { Left = await context.CallActivityAsync<int>(nameof(QueueOperationActivities.CountMessages), lane, _retry) };
        if (left <= 0) return Advance(run, 0, 0, isEmpty: true);

        var deleted = await context.CallActivityAsync<int>(nameof(QueueOperationActivities.PurgeMessages), lane with { Max = Math.Min(PageSize, left) }, _retry);
        return Advance(run with { Left = left - deleted }, 0, deleted, isEmpty: deleted == 0);
    }

    private static Run Advance(Run run, int requeued, int deleted, bool isEmpty)
    {
        var progress = run.Progress with { Requeued = run.Progress.Requeued + requeued, Deleted = run.Progress.Deleted + deleted };
        return isEmpty ? run with { Progress = progress, Lane = run.Lane + 1, Left = null } : run with { Progress = progress };
    }

    private static Run Stop(Run run, string reason) => run with { Progress = run.Progress with { Phase = "stopped", Stopped = reason } };

    private static string Failed(List<Canary> canaries)
    {
        var failed = canaries.FindAll(canary => canary.HasFailed);
        return string.Create(CultureInfo.InvariantCulture, $"{failed.Count} of {canaries.Count} canaries did not pass, such as task {failed[0].Id}: {failed[0].Error}");
    }
}
