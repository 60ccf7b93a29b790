using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Serverless.Tasks;
using Serverless.Tasks.Sending;

namespace Serverless.DeadLetters.Operations;

/// <summary>Decides what an operation does with dead letters.</summary>
internal sealed class DeadLetterSettler(DeadLetterRequeuer requeuer, TaskRegistry registry)
{
    /// <summary>True when the operation is to requeue or delete the dead letter.</summary>
    public bool IsMeant(QueueOperation operation, ServiceBusReceivedMessage message)
    {
        if (!operation.Filter.Matches(message)) return false;

        // One that failed again is for the next operation; one whose task takes other arguments is for nobody.
        return operation.Kind == QueueOperationKind.PurgeDeadLetters
            || (!DeadLetterRequeuer.IsDoneBy(operation.Id, message) && (operation.Args is not { } args || Takes(message, args)));
    }

    /// <summary>Says for each what becomes of it: those that are not on the page stay.</summary>
    public async Task<IReadOnlyList<DeadLetterAction>> DecideAsync(
        SettlePage page, IReadOnlyList<ServiceBusReceivedMessage> batch, CancellationToken cancellationToken)
    {
        var planned = page.Numbers.ToHashSet();
        return await Task.WhenAll(
            batch.Select(
                message => planned.Contains(message.SequenceNumber)
                    ? SettleAsync(page, message, cancellationToken) : Task.FromResult(DeadLetterAction.Keep)));
    }

    private async Task<DeadLetterAction> SettleAsync(
        SettlePage page, ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        page.Operation.Kind == QueueOperationKind.PurgeDeadLetters
            ? DeadLetterAction.Delete
            : DeadLetterAction.Requeue(
                page.Lane, await requeuer.CopyAsync(
                    page.Lane, message, page.Operation.Id, page.Operation.Args, page.IsWatched, cancellationToken));

    private bool Takes(ServiceBusReceivedMessage message, JsonElement args)
    {
        return TaskEnvelope.TryRead(message.Body, out var task, out _) && registry.TryFind(task.Task, out var definition)
            && definition.FindMisfit(args) is null;
    }
}
