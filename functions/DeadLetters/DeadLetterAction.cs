using Serverless.Messaging;

namespace Serverless.DeadLetters;

/// <summary>The treatment of one dead letter.</summary>
internal sealed record DeadLetterAction
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

    /// <summary>The message that is sent in its place; null when none is.</summary>
    public OutgoingMessage? Message { get; }

    /// <summary>A message is sent to a lane, then the dead letter is deleted.</summary>
    public static DeadLetterAction Requeue(string lane, OutgoingMessage message) => new(delete: true, lane, message);
}
