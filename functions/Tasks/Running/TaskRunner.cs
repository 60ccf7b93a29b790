using System.Diagnostics;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Errors;
using Serverless.Monitoring;
using Serverless.Queues;

namespace Serverless.Tasks;

/// <summary>
/// The only place where tasks are run: takes a message, has its attempt executed, stores the outcome, sends what follows, and settles the
/// message last, so that a crash at any point brings the message again and repeats nothing that was stored.
/// </summary>
public sealed class TaskRunner(
    TaskRegistry registry, TaskExecutor executor, TaskStore store, TaskArguments arguments, IQueueSender sender, QueueCatalog queues, TimeProvider time, ILogger<TaskRunner> logger)
{
    /// <summary>Runs the task of a queue's message and settles the message.</summary>
    public async Task RunAsync(string lane, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!TaskEnvelope.TryRead(message.Body, out var task, out var fault))
        {
            Logs.Unreadable(logger, lane, message.MessageId);
            await actions.DeadLetterMessageAsync(message, null, "Unreadable", fault, cancellationToken);
            return;
        }

        using var activity = Telemetry.StartProcess(lane, task, message.ApplicationProperties.GetValueOrDefault(TaskEnvelope.TraceProperty) as string);
        if (task.DeadLetter is { } carried)
        {
            await DeadLetterAsync(message, actions, task, carried, cancellationToken);
        }
        else if (!registry.TryFind(task.Task, out var definition))
        {
            Logs.UnknownTask(logger, lane, task.Task, task.Id);
            await actions.DeadLetterMessageAsync(message, null, "UnknownTask", $"The app has no handler for the task '{task.Task}'.", cancellationToken);
        }
        else if (definition.Attribute.LongRunning)
        {
            await LongTask.StartAsync(durable, lane, task, cancellationToken);
            await actions.CompleteMessageAsync(message, cancellationToken);
        }
        else
        {
            var outcome = await executor.RunAsync(definition, task, lane, cancellationToken);
            var deadLetter = await FollowAsync(lane, task, outcome, durable, cancellationToken);
            if (deadLetter is null) await actions.CompleteMessageAsync(message, cancellationToken);
            else await DeadLetterAsync(message, actions, task, deadLetter, cancellationToken);
        }
    }

    /// <summary>Runs a task whose message is settled already; what fails for good travels to the dead letters in a message of its own.</summary>
    internal async Task RunDetachedAsync(string lane, TaskMessage task, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!registry.TryFind(task.Task, out var definition)) throw new UnknownTaskException(task.Task, registry.All.Select(d => d.Name));
        var outcome = await executor.RunAsync(definition, task, lane, cancellationToken);
        if (await FollowAsync(lane, task, outcome, durable, cancellationToken) is { } deadLetter)
            await sender.SendAsync(lane, [Envelope(lane, task with { DeadLetter = deadLetter })], cancellationToken);
    }

    /// <summary>Stores the outcome and sends what follows from it.</summary>
    /// <returns>Why the task belongs to the dead letters; null when it does not.</returns>
    private async Task<TaskDeadLetter?> FollowAsync(string lane, TaskMessage task, TaskOutcome outcome, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        switch (outcome)
        {
            case TaskOutcome.Succeeded succeeded:
                if (!task.IgnoreResult) await store.SucceededAsync(task, succeeded.Result, cancellationToken);
                JsonElement? result = succeeded.Result.Length <= TaskCompletion.LargestResult ? JsonSerializer.Deserialize<JsonElement>(succeeded.Result) : null;
                await NotifyAsync(durable, task, new TaskCompletion(task.Id, TaskState.Success, result), cancellationToken);
                return null;

            case TaskOutcome.Revoked revoked:
                if (!task.IgnoreResult) await store.RevokedAsync(task, revoked.Reason);
                await NotifyAsync(durable, task, new TaskCompletion(task.Id, TaskState.Revoked, Error: new TaskError(null, null, revoked.Reason)), cancellationToken);
                return null;

            case TaskOutcome.Deferred deferred:
                Logs.Deferred(logger, task.Id, task.Task, deferred.Breaker, deferred.Delay.TotalSeconds);
                var due = time.GetUtcNow() + deferred.Delay;
                await sender.ScheduleAsync(lane, Envelope(lane, task with { Deferrals = task.Deferrals + 1 }), due, cancellationToken);
                return null;

            case TaskOutcome.Failed { Verdict: Verdict.Retry retry } failed:
                await RetryAsync(lane, failed, retry, cancellationToken);
                return null;

            case TaskOutcome.Failed { Verdict: Verdict.DeadLetter verdict } failed:
                return await GiveUpAsync(lane, task, failed, verdict, durable, cancellationToken);

            default:
                // Settled by an earlier delivery; only its message was left.
                return null;
        }
    }

    // The copy is sent before the original is settled: a crash between brings the original again, and the copy's id makes a second one a duplicate.
    private async Task RetryAsync(string lane, TaskOutcome.Failed failed, Verdict.Retry retry, CancellationToken cancellationToken)
    {
        var next = await arguments.StoreLargeAsync(retry.Message, cancellationToken);
        var due = time.GetUtcNow() + retry.Delay;
        Logs.Retried(logger, next.Id, next.Task, next.Attempt, retry.Delay.TotalSeconds, failed.Class, failed.Exception.GetType().Name);
        await sender.ScheduleAsync(lane, Envelope(lane, next), due, cancellationToken);
        if (!next.IgnoreResult) await store.RetriedAsync(next, due, Error(failed));
    }

    private async Task<TaskDeadLetter> GiveUpAsync(
        string lane, TaskMessage task, TaskOutcome.Failed failed, Verdict.DeadLetter verdict, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        Logs.GaveUp(logger, task.Id, task.Task, lane, task.Attempt, failed.Class, failed.Exception.GetType().Name);
        if (verdict.Alert)
        {
            Logs.Alert(logger, task.Id, task.Task, lane, failed.Class);
            Telemetry.Alerts.Add(1, new TagList { { "task", task.Task }, { "error.type", failed.Class.ToString() } });
        }

        if (!task.IgnoreResult) await store.FailedAsync(task, Error(failed));
        await NotifyAsync(durable, task, new TaskCompletion(task.Id, TaskState.Failure, Error: Error(failed)), cancellationToken);
        return TaskDeadLetter.From(failed.Class, failed.Exception);
    }

    private Task DeadLetterAsync(ServiceBusReceivedMessage message, ServiceBusMessageActions actions, TaskMessage task, TaskDeadLetter deadLetter, CancellationToken cancellationToken) =>
        actions.DeadLetterMessageAsync(message, deadLetter.Properties(task, time.GetUtcNow()), deadLetter.Class.ToString(), deadLetter.Message, cancellationToken);

    private async Task NotifyAsync(DurableTaskClient durable, TaskMessage task, TaskCompletion completion, CancellationToken cancellationToken)
    {
        if (task.NotifyInstance is not { } instance) return;
        try
        {
            await durable.RaiseEventAsync(instance, TaskCompletion.EventName(task.Id), completion, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The orchestration may have ended or gone; one that still waits looks the state up when its timer fires.
            Logs.NotNotified(logger, e, task.Id, instance);
        }
    }

    private OutgoingMessage Envelope(string lane, TaskMessage task) =>
        queues.TryFindLane(lane, out var queue) ? TaskEnvelope.Write(task, queue) : throw new InvalidOperationException($"infra/queues.json has no lane '{lane}'.");

    private static TaskError Error(TaskOutcome.Failed failed) => new(failed.Class, failed.Exception.GetType().FullName, failed.Exception.Message);
}
