using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Tasks.Sending;
using Serverless.Timers;

namespace Serverless.Notifications;

/// <summary>Moves notifications that are due into the queue.</summary>
internal sealed class NotificationDrain(
    NotificationStore store, ITaskClient tasks, IOptions<NotificationSettings> settings, TimeProvider time,
    ILogger<NotificationDrain> logger)
    : ITimedWork
{
    private const int ClaimsAtOnce = 100;
    private const int ParallelSends = 8;

    /// <inheritdoc/>
    public string Name => "Notifications";

    /// <summary>Runs each time that the clock looks, unless <c>NotificationsSchedule</c> says another.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        var queued = 0;
        for (var partition = 0; partition < NotificationRows.Partitions; partition++)
            queued += await DrainAsync(partition, cancellationToken);
        if (queued > 0) Logs.Queued(logger, queued);
    }

    private async Task<int> DrainAsync(int partition, CancellationToken cancellationToken)
    {
        var queued = 0;
        while (true)
        {
            var claims = await store.ClaimAsync(partition, ClaimsAtOnce, settings.Value.ClaimTime, cancellationToken);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelSends, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(claims, parallel, async (claim, token) =>
            {
                if (await QueueAsync(claim, token)) Interlocked.Increment(ref queued);
            });
            if (claims.Count < ClaimsAtOnce) return queued;
        }
    }

    // A crash behind any of these steps is made up for when the claim ends: the task's id is the same, and counts once.
    private async Task<bool> QueueAsync(Claim claim, CancellationToken cancellationToken)
    {
        var notification = await store.FindAsync(claim.Id, cancellationToken);
        if (notification is { State: NotificationState.Pending })
        {
            var now = time.GetUtcNow();
            if (notification.QuietHours?.FindNextAllowed(now) is { } allowed && allowed > now)
            {
                await store.PostponeAsync(claim.Id, allowed, claim, cancellationToken);
                return false;
            }

            var id = $"notification-{notification.Id}-{notification.Round}";
            await tasks.SendAsync(
                DeliverNotification.Name, new DeliverNotification.Args(
                    notification.Id), new SendOptions { TaskId = id, IsIdDerived = true }, cancellationToken);
        }

        await store.MarkQueuedAsync(claim, cancellationToken);
        return true;
    }
}
