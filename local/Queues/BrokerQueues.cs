using Serverless.Local.ServiceBus;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>The app's queues as the broker takes them: one for every lane, with its queue's settings.</summary>
internal static class BrokerQueues
{
    public static IReadOnlyCollection<QueueDefinition> Of(QueueCatalog catalog) =>
        [.. catalog.Entries.SelectMany(entry => entry.Lanes, (entry, lane) => new QueueDefinition(lane)
        {
            LockDuration = entry.LockDuration,
            MaxDeliveryCount = entry.MaxDeliveryCount,
            DefaultTimeToLive = entry.DefaultMessageTimeToLive,
            DeadLetterOnExpiration = entry.DeadLetteringOnMessageExpiration,
            RequiresSession = entry.RequiresSession,
            DuplicateDetectionWindow = entry.DuplicateDetectionWindow,
        })];
}
