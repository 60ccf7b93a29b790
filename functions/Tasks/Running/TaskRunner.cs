using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// The only place where tasks are run: takes a message, has its attempt executed, has the outcome stored and followed up, and settles the
/// message last, so that a crash at any point brings the message again and repeats nothing that was stored.
/// </summary>
internal sealed class TaskRunner(
    TaskRegistry registry, TaskExecutor executor, TaskOutcomeHandler outcomes, ErrorClassifier classifier, LaneConcurrencyLimiter places,
    TimeProvider time, QueueChanges changes, ILogger<TaskRunner> logger)
{
    private static readonly TimeSpan StoragePause = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Runs the task of a session's message, settles the message, and gives the session up: sessions take turns, however many messages one
    /// of them has.
    /// </summary>
    public async Task RunInTurnAsync(
        string lane, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, ServiceBusSessionMessageActions session,
        DurableTaskClient durable, CancellationToken cancellationToken)
    {
        await RunAsync(lane, message, actions, durable, cancellationToken);
        await session.ReleaseSession(cancellationToken);
    }

    /// <summary>Runs the task of a queue's message and settles the message.</summary>
    public async Task RunAsync(
        string lane, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        using var place = await places.EnterAsync(lane, cancellationToken);
        if (!TaskEnvelope.TryRead(message.Body, out var task, out var fault))
        {
            Logs.Unreadable(logger, lane, message.MessageId);
            await actions.DeadLetterMessageAsync(message, null, "Unreadable", fault, cancellationToken);
            changes.NoteSettled(lane, isDeadLetter: true);
            return;
        }

        using var activity = Telemetry.StartProcess(
            lane, task.Task, task.Id, task.Attempt, message.ApplicationProperties.GetValueOrDefault(TaskEnvelope.TraceProperty) as string);
        var run = new TaskRun(task, lane, message.DeliveryCount <= 1, time.GetUtcNow());
        var deadLetter = task.DeadLetter ?? await RunOrHandOverAsync(run, place, durable, cancellationToken);
        if (deadLetter is null) await actions.CompleteMessageAsync(message, cancellationToken);
        else await actions.DeadLetterMessageAsync(
            message, deadLetter.BuildProperties(task, time.GetUtcNow()), deadLetter.Reason, deadLetter.Message, cancellationToken);
        changes.NoteSettled(lane, isDeadLetter: deadLetter is not null);
    }

    /// <summary>
    /// Runs a task whose message is settled already; what fails for good travels to the dead letters in a message of its own.
    /// </summary>
    internal async Task RunDetachedAsync(
        string lane, TaskMessage task, string? trace, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartProcess(lane, task.Task, task.Id, task.Attempt, trace);
        var run = new TaskRun(task, lane, isFirst: false, time.GetUtcNow());
        if (await RunAsync(run, place: null, durable, cancellationToken) is { } deadLetter)
            await outcomes.SendDeadLetterAsync(run, deadLetter, cancellationToken);
    }

    private async Task<TaskDeadLetter?> RunOrHandOverAsync(
        TaskRun run, IDisposable place, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!registry.TryFind(run.Message.Task, out var definition) || !definition.OutlivesLock(run.Message))
            return await RunAsync(run, place, durable, cancellationToken);

        await LongTask.StartAsync(durable, run.Lane, run.Message, cancellationToken);
        return null;
    }

    /// <returns>Why the task belongs to the dead letters; null when it does not.</returns>
    private async Task<TaskDeadLetter?> RunAsync(
        TaskRun run, IDisposable? place, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!registry.TryFind(run.Message.Task, out var definition))
        {
            Logs.UnknownTask(logger, run.Lane, run.Message.Task, run.Message.Id);
            return await outcomes.RefuseAsync(run, durable, cancellationToken);
        }

        // Said when it is told to stop: one that does not listen is cut off with the host, and says nothing any more.
        await using var stopping = cancellationToken.Register(() => Logs.RunsAgain(logger, run.Message.Id, run.Message.Task, run.Lane));
        try
        {
            var outcome = await executor.RunAsync(definition, run, cancellationToken);

            // The next one runs while this one's outcome is stored and its message settled: only handlers need much memory.
            place?.Dispose();
            return await outcomes.FollowAsync(run, outcome, durable, cancellationToken);
        }
        catch (Exception e)
            when (e is not (OperationCanceledException or ServiceBusException) && classifier.Classify(e) == ErrorClass.Connection)
        {
            // The handler's errors end in the outcome: this is the table or a blob. Delivering the message again at once would only spend
            // its deliveries.
            return await outcomes.FollowAsync(run, new TaskOutcome.Deferred(StoragePause, e), durable, cancellationToken);
        }
        finally
        {
            outcomes.Leave(run);
        }
    }
}
