namespace Serverless.Local.Runtime.Queues;

/// <summary>Shows what takes messages in this host.</summary>
public interface IQueueConsumers
{
    /// <summary>A line for every trigger on a queue.</summary>
    IReadOnlyList<QueueConsumers> Current { get; }
}

/// <summary>The consumers of one trigger; for a queue with sessions each has one session.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Consumers">How many there are now.</param>
/// <param name="Busy">How many of them work.</param>
/// <param name="MaxConsumers">The most that the queue and host.json allow.</param>
public sealed record QueueConsumers(string Queue, int Consumers, int Busy, int MaxConsumers);
