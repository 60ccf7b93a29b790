using System.Diagnostics;
using System.Text.Json;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>Completes a run: its outcome is stored, its next run is sent, and whoever waits is told.</summary>
internal sealed class TaskOutcomeHandler(
    TaskStore store, TaskRevocations revocations, TaskArguments arguments, IQueueSender sender, QueueCatalog queues, BatchFollowUp batches,
    TimeProvider time, ILogger<TaskOutcomeHandler> logger)
{
    /// <summary>Stores the outcome and sends what follows from it.</summary>
    /// <returns>Why the task belongs to the dead letters; null when it does not.</returns>
    public async Task<TaskDeadLetter?> FollowAsync(
        TaskRun run, TaskOutcome outcome, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var task = run.Message;
        switch (outcome)
        {
            case TaskOutcome.Succeeded succeeded:
                if (!task.IgnoreResult) await store.MarkSucceededAsync(run, succeeded.Result, cancellationToken);
                await arguments.ForgetAsync(task, cancellationToken);
                await TellAsync(durable, task, TaskCompletion.Succeeded(task.Id, succeeded.Result), cancellationToken);
                return null;

            case TaskOutcome.Revoked revoked:
                if (!task.IgnoreResult) await store.MarkRevokedAsync(run, revoked.Reason);
                await arguments.ForgetAsync(task, cancellationToken);
                await TellAsync(
                    durable, task, new TaskCompletion(
                        task.Id, TaskState.Revoked, Error: new TaskError(null, null, revoked.Reason)), cancellationToken);
                await revocations.RemoveAsync(task.Id, cancellationToken);
                return null;

            case TaskOutcome.Deferred deferred:
                await DeferAsync(run, deferred, cancellationToken);
                return null;

            case TaskOutcome.Held held:
                await HoldAsync(run, held.Wait, cancellationToken);
                return null;

            case TaskOutcome.Failed { Decision: RetryDecision.Retry retry } failed:
                await RetryAsync(run, failed, retry, cancellationToken);
                return null;

            case TaskOutcome.Failed { Decision: RetryDecision.DeadLetter decision } failed:
                return await GiveUpAsync(run, failed, decision, durable, cancellationToken);

            case TaskOutcome.AlreadyDone { Record: { IsFinal: true } record }:
                // The crash may have come before the one who waits was told, or before the message went to the dead letters.
                await TellAsync(durable, task, new TaskCompletion(task.Id, record.State, record.Result, record.Error), cancellationToken);
                return record is { State: TaskState.Failure, Error: { } error } ? TaskDeadLetter.From(error) : null;

            default:
                return null;
        }
    }

    /// <summary>Ends a task that the app does not know.</summary>
    public async Task<TaskDeadLetter> RefuseAsync(TaskRun run, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var deadLetter = TaskDeadLetter.UnknownTask(run.Message.Task);
        var error = new TaskError(null, deadLetter.Type, deadLetter.Message);
        if (!run.Message.IgnoreResult) await store.MarkFailedAsync(run, error);
        await TellAsync(durable, run.Message, new TaskCompletion(run.Message.Id, TaskState.Failure, Error: error), cancellationToken);
        return deadLetter;
    }

    /// <summary>Fails a task whose message the broker itself put among the dead letters.</summary>
    public async Task MarkBuriedAsync(TaskRun run, string reason, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        Logs.Buried(logger, run.Message.Id, run.Message.Task, run.Lane);
        var (task, error) = (run.Message, new TaskError(null, null, reason));

        // Counted first: its message comes no more, and nobody looks again at what has ended.
        if (task.Batch is { } batch) await batches.EndAsync(batch, task.Id, MemberChange.Failed, cancellationToken);
        if (!task.IgnoreResult) await store.MarkFailedAsync(run, error);
        await NotifyAsync(durable, task, new TaskCompletion(task.Id, TaskState.Failure, Error: error), cancellationToken);
    }

    /// <summary>Sends a message that only carries a failed task to the dead letters.</summary>
    public Task SendDeadLetterAsync(TaskRun run, TaskDeadLetter deadLetter, CancellationToken cancellationToken) =>
        sender.SendAsync(run.Lane, [Envelope(run.Lane, run.Message with { DeadLetter = deadLetter })], cancellationToken);

    // The copy is sent before the original is settled: a crash between brings the original again, and the copy's id makes a second one a
    // duplicate.
    private async Task RetryAsync(TaskRun run, TaskOutcome.Failed failed, RetryDecision.Retry retry, CancellationToken cancellationToken)
    {
        var next = await arguments.StoreLargeAsync(retry.Message, cancellationToken);
        var due = time.GetUtcNow() + retry.Delay;
        Logs.Retried(logger, next.Id, next.Task, next.Attempt, retry.Delay.TotalSeconds, failed.Class, ErrorName.Of(failed.Exception));
        await sender.ScheduleAsync(run.Lane, Envelope(run.Lane, next), due, cancellationToken);
        if (!next.IgnoreResult) await store.MarkRetriedAsync(run, next, due, Error(failed));
    }

    private async Task DeferAsync(TaskRun run, TaskOutcome.Deferred deferred, CancellationToken cancellationToken)
    {
        var next = run.Message with { Deferrals = run.Message.Deferrals + 1 };
        var due = time.GetUtcNow() + deferred.Delay;
        Logs.Deferred(logger, next.Id, next.Task, deferred.Delay.TotalSeconds, ErrorName.Of(deferred.Exception));
        await sender.ScheduleAsync(run.Lane, Envelope(run.Lane, next), due, cancellationToken);

        // When storage itself is why it waits, its state says so as little as it says anything else.
        if (!next.IgnoreResult && deferred.Exception is CircuitOpenException or TaskPausedException)
            await store.MarkRetriedAsync(
                run, next, due, new TaskError(null, ErrorName.Of(deferred.Exception), deferred.Exception.Message));
    }

    private async Task HoldAsync(TaskRun run, LimitWait wait, CancellationToken cancellationToken)
    {
        var next = wait.Next with { Deferrals = run.Message.Deferrals + 1 };
        var lane = next.Slot is null ? run.Lane : TaskSlot.Lane;

        // The copy may run before its note is stored: that one must not cover what the run stores.
        if (!next.IgnoreResult && run.Row.Tag is null) await store.OpenAsync(run, cancellationToken);
        if (wait.Due is { } due) await sender.ScheduleAsync(lane, Envelope(lane, next), due, cancellationToken);
        else await sender.SendAsync(lane, [Envelope(lane, next)], cancellationToken);
        if (!next.IgnoreResult)
            await store.MarkRetriedAsync(run, next, wait.Due ?? time.GetUtcNow(), new TaskError(null, null, wait.Reason), lane);
    }

    private async Task<TaskDeadLetter> GiveUpAsync(
        TaskRun run, TaskOutcome.Failed failed, RetryDecision.DeadLetter decision, DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var task = run.Message;
        Logs.GaveUp(logger, task.Id, task.Task, run.Lane, task.Attempt, failed.Class, ErrorName.Of(failed.Exception));
        if (decision.Alert)
        {
            Logs.Alert(logger, task.Id, task.Task, run.Lane, failed.Class);
            Telemetry.Alerts.Add(1, new TagList { { "task", task.Task }, { "error.type", failed.Class.ToString() } });
        }

        if (!task.IgnoreResult) await store.MarkFailedAsync(run, Error(failed));
        await TellAsync(durable, task, new TaskCompletion(task.Id, TaskState.Failure, Error: Error(failed)), cancellationToken);
        return TaskDeadLetter.From(failed.Class, failed.Exception);
    }

    private async Task TellAsync(
        DurableTaskClient durable, TaskMessage task, TaskCompletion completion, CancellationToken cancellationToken)
    {
        if (task.Batch is { } batch) await batches.EndAsync(batch, task.Id, EndOf(completion.State), cancellationToken);
        await NotifyAsync(durable, task, completion, cancellationToken);
    }

    private static MemberChange EndOf(TaskState state) => state switch
    {
        TaskState.Success => MemberChange.Succeeded,
        TaskState.Revoked => MemberChange.Revoked,
        _ => MemberChange.Failed,
    };

    private async Task NotifyAsync(
        DurableTaskClient durable, TaskMessage task, TaskCompletion completion, CancellationToken cancellationToken)
    {
        if (task.NotifyInstance is not { } instance) return;
        try
        {
            await durable.RaiseEventAsync(instance, TaskCompletion.EventName(task.Id), completion, cancellationToken);
        }
#pragma warning disable CA1031 // The orchestration may have ended or gone; one that still waits looks the state up when its timer fires.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Logs.NotNotified(logger, e, task.Id, instance);
        }
    }

    /// <summary>Nothing more is said of the run, whether or not its outcome was stored.</summary>
    public void Leave(TaskRun run) => store.Leave(run);

    private OutgoingMessage Envelope(string lane, TaskMessage task) =>
        queues.TryFindLane(lane, out var queue)
            ? TaskEnvelope.Write(task, queue) : throw new InvalidOperationException($"infra/queues.json has no lane '{lane}'.");

    private static TaskError Error(TaskOutcome.Failed failed) =>
        new(failed.Class, ErrorName.Of(failed.Exception), failed.Exception.Message);
}
