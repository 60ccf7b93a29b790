using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs;

namespace Serverless.Cleanup;

/// <summary>Deletes what mail jobs that ended long ago have left: from then on, their keys may be used again.</summary>
internal sealed class PurgeMail(MailPurge jobs, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeMail))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync("cleanup.mail", task, async () =>
        {
            var (deleted, hasMore) = await jobs.DeleteAsync(task.Now - settings.Value.Mail, cancellationToken);
            return new CleanupCount(deleted, hasMore);
        });
}
