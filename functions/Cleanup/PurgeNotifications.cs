using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Notifications;

namespace Serverless.Cleanup;

/// <summary>Deletes notifications that were delivered or given up long ago.</summary>
internal sealed class PurgeNotifications(NotificationStore notifications, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeNotifications))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.notifications", task, async () => new CleanupCount(
                await notifications.DeleteEndedAsync(task.Now - settings.Value.Notifications, cancellationToken)));
}
