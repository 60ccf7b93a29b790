namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The numbers of messages in a queue.</summary>
/// <param name="Active">Waiting for a receiver or locked by one, deferred ones included, as on Azure.</param>
/// <param name="Scheduled">Waiting for their time.</param>
/// <param name="DeadLettered">In the dead-letter sub-queue.</param>
internal sealed record QueueCounts(long Active, long Scheduled, long DeadLettered);
