using System.Globalization;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>
/// A lane that the app itself has stopped, rather than somebody: a mark in the entity's own metadata says so, and is written with the
/// status in one request. Whatever dies in between, a stopped lane tells whose it is. The mark says which status was written and when, so
/// that what somebody made of it since can be told.
/// </summary>
internal static partial class LaneHold
{
    /// <summary>The beginning of the last line of the metadata; what stands before it is an operator's.</summary>
    public const string Mark = "serverless: paused by a circuit breaker, which opens it again";

    // Service Bus takes no more.
    private const int MaxMetadata = 1024;

    // Of the app's clock and the broker's; what somebody saves in the first minute is not told from what the app did.
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>True when the app has stopped it, and nobody has set another status since.</summary>
    public static bool IsHeld(QueueProperties queue) =>
        IsStoppedAndMarked(queue) && MarkOf(queue) is { } mark
        && (!mark.Groups["status"].Success || queue.Status == new EntityStatus(mark.Groups["status"].Value));

    /// <summary>True when it hands out nothing and has the app's mark, whosever it is by now.</summary>
    public static bool IsStoppedAndMarked(QueueProperties queue) => !EntityState.IsReceiving(queue.Status) && MarkOf(queue) is not null;

    /// <summary>True when somebody has set another status, or saved it as it was, since the app has stopped it.</summary>
    /// <param name="queue">The lane.</param>
    /// <param name="updated">When the broker saved it last.</param>
    public static bool IsTakenOver(QueueProperties queue, DateTimeOffset updated) => IsStoppedAndMarked(queue)
        && (!IsHeld(queue) || (TimeOf(queue) is { } held && updated > held + ClocksDiffer));

    /// <summary>Opens or stops it for somebody: it is the app's no more.</summary>
    /// <returns>True when that changes anything.</returns>
    public static bool TrySetReceiving(QueueProperties queue, bool isOpen)
    {
        var wanted = EntityState.WithReceiving(queue.Status, isOpen);
        if (queue.Status == wanted && MarkOf(queue) is null) return false;
        queue.Status = wanted;
        RemoveMark(queue);
        return true;
    }

    /// <summary>Takes the mark away, and leaves the status as it is: it is somebody's.</summary>
    public static void RemoveMark(QueueProperties queue)
    {
        if (MarkOf(queue) is { } mark) queue.UserMetadata = queue.UserMetadata[..mark.Index];
    }

    /// <summary>Stops it for the app; one that somebody has stopped stays theirs.</summary>
    /// <returns>True when that changes anything.</returns>
    public static bool TryHold(QueueProperties queue, DateTimeOffset now)
    {
        if (!EntityState.IsReceiving(queue.Status)) return false;
        var status = EntityState.WithReceiving(queue.Status, isOpen: false);
        var own = MarkOf(queue) is { } old ? queue.UserMetadata[..old.Index] : queue.UserMetadata;
        var mark = string.Create(CultureInfo.InvariantCulture, $"{Mark} ({status}, {now.UtcDateTime:s}Z)");
        var noted = string.IsNullOrEmpty(own) ? mark : $"{own}\n{mark}";
        if (noted.Length > MaxMetadata) return false;
        (queue.Status, queue.UserMetadata) = (status, noted);
        return true;
    }

    private static DateTimeOffset? TimeOf(QueueProperties queue) =>
        DateTimeOffset.TryParse(
            MarkOf(queue)?.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static Match? MarkOf(QueueProperties queue) =>
        queue.UserMetadata is { Length: > 0 } text && Line().Match(text) is { Success: true } mark ? mark : null;

    [GeneratedRegex(@"(^|\n)" + Mark + @"( \((?<status>\w+), (?<time>[^)]+)\))?\z")]
    private static partial Regex Line();
}
