using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>Sends one batch. Doing it again goes on behind the last message that the ledger knows.</summary>
public sealed class SendBatch(BatchSender sender, MailJobStore store, MailLedger ledger, IOptions<EmailSettings> settings, TimeProvider clock)
{
    /// <summary>Runs within the time limit, as long as the job does.</summary>
    /// <exception cref="MailJobException">The list of recipients is not what it was.</exception>
    [Function(nameof(SendBatch))]
    public async Task<BatchOutcome> RunAsync([ActivityTrigger] BatchTask task, CancellationToken cancellationToken)
    {
        await using var watch = new MailWatch(store, task.JobId, settings.Value, clock, cancellationToken);
        try
        {
            return await sender.RunAsync(task, watch, cancellationToken);
        }
        catch (BatchTakenException)
        {
            return new BatchOutcome(await ledger.ReadAsync(task.JobId, task.Batch, cancellationToken), 0, BatchStop.Unfinished);
        }
    }
}
