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
internal sealed class TaskRunner
{
    private static readonly TimeSpan StoragePause = TimeSpan.FromSeconds(30);

    private readonly TaskRegistry _registry;
    private readonly TaskExecutor _executor;
    private readonly TaskOutcomeHandler _sequel;
    private readonly ErrorClassifier _classifier;
    private readonly LaneConcurrencyLimiter _gates;
    private readonly TimeProvider _time;
    private readonly QueueChanges _changes;
    private readonly ILogger<TaskRunner> _logger;

    internal TaskRunner(
        TaskRegistry registry, TaskExecutor executor, TaskOutcomeHandler sequel, ErrorClassifier classifier, LaneConcurrencyLimiter gates,
        TimeProvider time, QueueChanges changes, ILogger<TaskRunner> logger) =>
        (_registry, _executor, _sequel, _classifier, _gates, _time, _changes, _logger) =
            (registry, executor, sequel, classifier, gates, time, changes, logger);

    /// <summary>Runs the task of a queue's message and settles the message.</summary>
    public async Task RunAsync(
        string lane, ServiceBusReceivedMessage message, ServiceBusMessageActions actions, DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        using var place = await _gates.EnterAsync(lane, cancellationToken);
        if (!TaskEnvelope.TryRead(message.Body, out var task, out var fault))
        {
            Logs.Unreadable(_logger, lane, message.MessageId);
            await actions.DeadLetterMessageAsync(message, null, "Unreadable", fault, cancellationToken);
            _changes.NoteSettled(lane, isDeadLetter: true);
            return;
        }

        using var activity = Telemetry.StartProcess(
            lane, task.Task, task.Id, task.Attempt, message.ApplicationProperties.GetValueOrDefault(TaskEnvelope.TraceProperty) as string);
        var run = new TaskRun(task, lane, message.DeliveryCount <= 1, _time.GetUtcNow());
        var deadLetter = task.DeadLetter ?? await RunOrHandOverAsync(run, place, durable, cancellationToken);
        if (deadLetter is null) await actions.CompleteMessageAsync(message, cancellationToken);
        else await actions.DeadLetterMessageAsync(
            message, deadLetter.Properties(task, _time.GetUtcNow()), deadLetter.Reason, deadLetter.Message, cancellationToken);
        _changes.NoteSettled(lane, isDeadLetter: deadLetter is not null);
    }

    /// <summary>
    /// Runs a task whose message is settled already; what fails for good travels to the dead letters in a message of its own.
    /// </summary>
    internal async Task RunDetachedAsync(
        string lane, TaskMessage task, string? trace, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        using var activity = Telemetry.StartProcess(lane, task.Task, task.Id, task.Attempt, trace);
        var run = new TaskRun(task, lane, isFirst: false, _time.GetUtcNow());
        if (await RunAsync(run, place: null, durable, cancellationToken) is { } deadLetter)
            await _sequel.SendDeadLetterAsync(run, deadLetter, cancellationToken);
    }

    private async Task<TaskDeadLetter?> RunOrHandOverAsync(
        TaskRun run, IDisposable place, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!_registry.TryFind(run.Message.Task, out var definition) || !definition.OutlivesLock(run.Message))
            return await RunAsync(run, place, durable, cancellationToken);

        await LongTask.StartAsync(durable, run.Lane, run.Message, cancellationToken);
        return null;
    }

    /// <returns>Why the task belongs to the dead letters; null when it does not.</returns>
    private async Task<TaskDeadLetter?> RunAsync(
        TaskRun run, IDisposable? place, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        if (!_registry.TryFind(run.Message.Task, out var definition))
        {
            Logs.UnknownTask(_logger, run.Lane, run.Message.Task, run.Message.Id);
            return await _sequel.RefuseAsync(run, durable, cancellationToken);
        }

        // Said when it is told to stop: one that does not listen is cut off with the host, and says nothing any more.
        await using var stopping = cancellationToken.Register(() => Logs.RunsAgain(_logger, run.Message.Id, run.Message.Task, run.Lane));
        try
        {
            var outcome = await _executor.RunAsync(definition, run, cancellationToken);

            // The next one runs while this one's outcome is stored and its message settled: only handlers need much memory.
            place?.Dispose();
            return await _sequel.FollowAsync(run, outcome, durable, cancellationToken);
        }
        catch (Exception e)
            when (e is not (OperationCanceledException or ServiceBusException) && _classifier.Classify(e) == ErrorClass.Connection)
        {
            // The handler's errors end in the outcome: this is the table or a blob. Delivering the message again at once would only spend
            // its deliveries.
            return await _sequel.FollowAsync(run, new TaskOutcome.Deferred(StoragePause, e), durable, cancellationToken);
        }
        finally
        {
            _sequel.Leave(run);
        }
    }
}
