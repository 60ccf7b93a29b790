using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Messaging;
using Serverless.Storage;

namespace Serverless.CsvJobs.Intake;

/// <summary>Takes what Event Grid tells of new blobs. On a machine without Event Grid the reconciler alone starts them.</summary>
internal sealed class CsvIntake(BlobIntake intake, IQueueSender sender)
{
    private const string Queue = "incoming";
    private const string Look = "look";

    /// <summary>
    /// Starts the job of an announced blob. What has to be looked at again is sent anew for later: abandoning would bring it back at
    /// once, until its deliveries are spent.
    /// </summary>
    [Function(nameof(CsvIntake))]
    public async Task RunAsync(
        [ServiceBusTrigger(Queue, Connection = QueueConnection.Setting)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (!BlobEvent.TryRead(message.Body, out var blobEvent, out var fault))
        {
            await actions.DeadLetterMessageAsync(message, null, "unreadable-event", fault, cancellationToken);
            return;
        }

        var look = message.ApplicationProperties.TryGetValue(Look, out var value) && value is int count ? count : 0;
        if (await intake.LookAsync(client, blobEvent, look, cancellationToken) is { } due)
        {
            // The same blob told of twice is looked at again once.
            var id = $"{ContentHash.Of(blobEvent.Path, blobEvent.ETag)}-{look + 1}";
            var again = new OutgoingMessage(id, message.Body) { Properties = new Dictionary<string, object> { [Look] = look + 1 } };
            await sender.ScheduleAsync(Queue, again, due, cancellationToken);
        }

        await actions.CompleteMessageAsync(message, cancellationToken);
    }
}
