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
        var ids = await store.ListEndedAsync(before, JobsAtOnce, cancellationToken);
        var mail = await containers.GetAsync(Containers.Mail, cancellationToken);
        foreach (var id in ids)
        {
            await ledger.DeleteAsync(id, cancellationToken);
            await foreach (var blob in mail.GetBlobsAsync(new GetBlobsOptions { Prefix = $"jobs/{id}/" }, cancellationToken))
                await mail.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
            await store.DeleteAsync(id, cancellationToken);
        }

        return (ids.Count, ids.Count == JobsAtOnce);
    }
}
