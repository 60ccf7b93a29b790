using System.Text.Json;

namespace Serverless.Tasks.Limits;

/// <summary>Says of a task whether its limits let it run, and where and when it is to come again.</summary>
internal sealed class LimitGate(RateGate rates)
{
    private int _next;

    /// <summary>The slot of a task that is sent: each next one in turn, so that those of one sender spread evenly.</summary>
    public TaskSlot? FindSlot(AppliedLimits limits, TaskMessage message, JsonElement args)
    {
        if (limits.Concurrency is not { } limit) return null;
        var (key, count) = CountSlots(limit, message, args);
        var number = (int)((uint)Interlocked.Increment(ref _next) % (uint)count);
        return new TaskSlot(key, number, count, limits.Queue);
    }

    /// <summary>Lets a task run.</summary>
    /// <param name="limits">Its limits.</param>
    /// <param name="message">The task, as it came.</param>
    /// <param name="args">Its arguments; nothing where no key needs them.</param>
    /// <param name="cancellationToken">Ends the wait for a start that is near.</param>
    /// <returns>Null when it runs now.</returns>
    public async Task<LimitWait?> EnterAsync(
        AppliedLimits limits, TaskMessage message, JsonElement args, CancellationToken cancellationToken)
    {
        if (limits.Concurrency is { } limit && FindMove(limit, limits.Queue, message, args) is { } slot)
            return new LimitWait(message with { Slot = slot }, Due: null, $"It waits for its turn under the limit '{limit.Limit.Name}'.");
        if (limits.Rate is not { Limit: { Rate: { } rate } definition } active) return null;

        var key = active.KeyOf(message, args);
        var pace = new RatePace(rate, definition.Burst, key.Weight);
        return await rates.EnterAsync(key.Hash, pace, message.Called, cancellationToken) is { } due
            ? new LimitWait(message with { Called = due }, due, $"The limit '{definition.Name}' lets it start at {due:O} at the earliest.")
            : null;
    }

    private static TaskSlot? FindMove(ActiveLimit limit, string queue, TaskMessage message, JsonElement args)
    {
        var (key, count) = CountSlots(limit, message, args);
        if (message.Slot is not { } slot || slot.Key != key) return TaskSlot.For(key, count, queue, message.Id);
        var fitting = slot.Fit(count, message.Id);
        return fitting.Number == slot.Number ? null : fitting;
    }

    private static (string Key, int Count) CountSlots(ActiveLimit limit, TaskMessage message, JsonElement args)
    {
        var key = limit.KeyOf(message, args);
        return (key.Hash, limit.Limit.Concurrency!.Value * key.Weight);
    }
}

/// <summary>A task that its limits do not let run yet.</summary>
/// <param name="Next">The message to send in its place.</param>
/// <param name="Due">When it is to come; null for at once, to its slot.</param>
/// <param name="Reason">What it waits for, as a sentence.</param>
internal sealed record LimitWait(TaskMessage Next, DateTimeOffset? Due, string Reason);
