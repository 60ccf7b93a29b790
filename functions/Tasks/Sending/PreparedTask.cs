using Serverless.Http;
using Serverless.Messaging;

namespace Serverless.Tasks.Sending;

/// <summary>A task that was looked over and may be sent.</summary>
/// <param name="Message">The task.</param>
/// <param name="Queue">Where it goes.</param>
/// <param name="Due">When it may start; null for at once.</param>
/// <param name="Request">What was asked for, where the sender chose the id; else null.</param>
internal sealed record PreparedTask(TaskMessage Message, QueueEntry Queue, DateTimeOffset? Due, RequestFingerprint? Request)
{
    public string Lane => Queue.LaneOf(Message.Priority);

    /// <summary>True where the note says that the message may be missing, until it is stored.</summary>
    public bool NeedsConfirmation => Request is not null && !Message.IgnoreResult;
}
