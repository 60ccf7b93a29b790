using Azure.Storage.Blobs.Models;
using Serverless.Email.Jobs.Store;
using Serverless.Storage;

namespace Serverless.Email.Jobs;

/// <summary>
/// Deletes mail jobs that ended long ago: their ledgers and blobs, and last the job, so that one whose deletion was cut off is found again.
/// </summary>
internal sealed class MailPurge(MailJobStore store, MailLedger ledger, Containers containers)
{
    private const int JobsAtOnce = 20;

    /// <summary>Deletes some of them.</summary>
    /// <param name="before">Those that ended before.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>How many, and whether there may be more.</returns>
    public async Task<(int Deleted, bool HasMore)> DeleteAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var jobs = await store.ListEndedAsync(before, JobsAtOnce, cancellationToken);
        foreach (var job in jobs)
        {
            await ledger.DeleteAsync(job.Id, cancellationToken);
            var folder = MailFolder.PathOf(job.Id, "");
            var mail = await containers.GetAsync(new BlobName(Containers.Mail, folder), cancellationToken);
            await foreach (var blob in mail.GetBlobsAsync(new GetBlobsOptions { Prefix = folder }, cancellationToken))
                await mail.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
            await store.DeleteAsync(job, cancellationToken);
        }

        return (jobs.Count, jobs.Count == JobsAtOnce);
    }
}
