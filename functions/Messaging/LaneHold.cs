using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>
/// A lane that the app itself has stopped, rather than somebody: a mark in the entity's own metadata says so, and is written with the
/// status in one request. Whatever dies in between, a stopped lane tells whose it is.
/// </summary>
internal static class LaneHold
{
    /// <summary>The last line of the metadata; what stands before it is an operator's.</summary>
    public const string Mark = "serverless: paused by a circuit breaker, which opens it again";

    // Service Bus takes no more.
    private const int MaxMetadata = 1024;

    /// <summary>True when the app has stopped it, and nobody has since.</summary>
    public static bool IsHeld(QueueProperties queue) => !EntityState.IsReceiving(queue.Status) && IsMarked(queue);

    /// <summary>Opens or stops it for somebody: it is the app's no more.</summary>
    /// <returns>True when that changes anything.</returns>
    public static bool TrySetReceiving(QueueProperties queue, bool isOpen)
    {
        var wanted = EntityState.WithReceiving(queue.Status, isOpen);
        if (queue.Status == wanted && !IsMarked(queue)) return false;
        queue.Status = wanted;
        if (IsMarked(queue)) queue.UserMetadata = queue.UserMetadata[..^Mark.Length].TrimEnd('\n');
        return true;
    }

    /// <summary>Stops it for the app; one that somebody has stopped stays theirs.</summary>
    /// <returns>True when that changes anything.</returns>
    public static bool TryHold(QueueProperties queue)
    {
        if (!EntityState.IsReceiving(queue.Status)) return false;
        var noted = IsMarked(queue) ? queue.UserMetadata
            : string.IsNullOrEmpty(queue.UserMetadata) ? Mark : $"{queue.UserMetadata}\n{Mark}";
        if (noted.Length > MaxMetadata) return false;
        queue.Status = EntityState.WithReceiving(queue.Status, isOpen: false);
        queue.UserMetadata = noted;
        return true;
    }

    private static bool IsMarked(QueueProperties queue) => queue.UserMetadata?.EndsWith(Mark, StringComparison.Ordinal) == true;
}
