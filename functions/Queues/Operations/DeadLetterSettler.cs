using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Serverless.Queues.DeadLetters;
using Serverless.Tasks;

namespace Serverless.Queues.Operations;

/// <summary>Decides what an operation does with dead letters.</summary>
public sealed class DeadLetterSettler
{
    private readonly Redrive _redrive;
    private readonly TaskRegistry _registry;

    internal DeadLetterSettler(Redrive redrive, TaskRegistry registry) => (_redrive, _registry) = (redrive, registry);

    /// <summary>Says for each what becomes of it.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="lane">The lane that they were dead-lettered in.</param>
    /// <param name="batch">The dead letters.</param>
    /// <param name="isWatched">True when somebody waits for how the requeued tasks end.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<IReadOnlyList<DeadLetterAction>> DecideAsync(
        QueueOperation operation, string lane, IReadOnlyList<ServiceBusReceivedMessage> batch, bool isWatched, CancellationToken cancellationToken) =>
        await Task.WhenAll(batch.Select(message => DecideAsync(operation, lane, message, isWatched, cancellationToken)));

    private async Task<DeadLetterAction> DecideAsync(
        QueueOperation operation, string lane, ServiceBusReceivedMessage message, bool isWatched, CancellationToken cancellationToken)
    {
        if (!operation.Filter.Matches(message)) return DeadLetterAction.Keep;
        if (operation.Kind == QueueOperationKind.PurgeDeadLetters) return DeadLetterAction.Delete;

        // One that failed again is for the next operation; one whose task takes other arguments is for nobody.
        if (Redrive.IsDoneBy(operation.Id, message) || (operation.Args is { } args && !Takes(message, args))) return DeadLetterAction.Keep;
        return DeadLetterAction.Requeue(lane, await _redrive.CopyAsync(lane, message, operation.Id, operation.Args, isWatched, cancellationToken));
    }

    private bool Takes(ServiceBusReceivedMessage message, JsonElement args)
    {
        if (!TaskEnvelope.TryRead(message.Body, out var task, out _) || !_registry.TryFind(task.Task, out var definition)) return false;
        try
        {
            definition.Check(args);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
