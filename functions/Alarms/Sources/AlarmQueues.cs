using Serverless.Messaging;

namespace Serverless.Alarms.Sources;

/// <summary>The queue that an alarm names.</summary>
internal static class AlarmQueues
{
    /// <summary>Says that there is no such queue; null when there is.</summary>
    public static string? FindFault(QueueCatalog queues, string name) => queues.TryFind(name, out _)
        ? null : $"There is no queue '{name}'. There are: {string.Join(", ", queues.Entries.Select(e => e.Name))}.";

    /// <summary>True for the queue of that name.</summary>
    public static bool IsNamed(QueueEntry queue, string name) => string.Equals(queue.Name, name, StringComparison.OrdinalIgnoreCase);
}
