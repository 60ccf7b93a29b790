using Serverless.Messaging;

namespace Serverless.DeadLetters;

/// <summary>What becomes of a dead letter.</summary>
public sealed record DeadLetterAction
{
    private DeadLetterAction(bool delete, string? lane = null, OutgoingMessage? message = null) =>
        (Deletes, Lane, Message) = (delete, lane, message);

    /// <summary>It stays.</summary>
    public static DeadLetterAction Keep { get; } = new(delete: false);

    /// <summary>It is deleted.</summary>
    public static DeadLetterAction Delete { get; } = new(delete: true);

    /// <summary>True unless it stays.</summary>
    public bool Deletes { get; }

    /// <summary>The lane that <see cref="Message"/> goes to first; null when nothing is sent.</summary>
    public string? Lane { get; }

    /// <summary>What is sent instead of it; null when nothing is.</summary>
    public OutgoingMessage? Message { get; }

    /// <summary>A message is sent to a lane, then the dead letter is deleted.</summary>
    public static DeadLetterAction Requeue(string lane, OutgoingMessage message) => new(delete: true, lane, message);
}
