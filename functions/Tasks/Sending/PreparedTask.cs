using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>A task that was looked over and may be sent.</summary>
/// <param name="Message">The task.</param>
/// <param name="Queue">Where it goes.</param>
/// <param name="Due">When it may start; null for at once.</param>
/// <param name="Request">What was asked for, where another may ask for the same task; else null.</param>
internal sealed record PreparedTask(TaskMessage Message, QueueEntry Queue, DateTimeOffset? Due, RequestFingerprint? Request)
{
    public string Lane => Message.Slot is null ? Queue.LaneOf(Message.Priority) : TaskSlot.Lane;

    /// <summary>The queue of the lane.</summary>
    public string QueueName => Message.Slot is null ? Queue.Name : TaskSlot.Lane;

    /// <summary>At most one task of its name and key; null for most tasks.</summary>
    public UniqueRule? Unique { get; init; }

    /// <summary>The key's row, once it was asked for; null for most tasks.</summary>
    public string? UniqueKey { get; init; }
}

/// <summary>A task that was noted.</summary>
/// <param name="Task">The task, under the id that it has now.</param>
/// <param name="Outgoing">The message to send; null when it was sent before.</param>
/// <param name="Claim">Its key, where it has one.</param>
internal sealed record NotedTask(PreparedTask Task, OutgoingMessage? Outgoing, UniqueClaim? Claim = null)
{
    public string Id => Task.Message.Id;
}
