using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>The parts of jobs that were cut off, by a cancellation or for good, before they could delete them.</summary>
internal sealed class OrphanedPartCleaner(Containers containers, CsvJobStore store)
{
    /// <summary>Deletes the parts that are older than a time and whose job does not run.</summary>
    /// <returns>How many blobs.</returns>
    public async Task<long> DeleteAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        var (folder, runs) = ("", true);

        // A listing is in the order of names, account by account: the parts of a job come together.
        await foreach (var blob in containers.ListAsync(Containers.Processed, "", cancellationToken))
        {
            if (JobFolder.OfPart(blob.Name) is not { } job || blob.Properties.LastModified >= before) continue;
            if (job != folder) (folder, runs) = (job, await IsRunningAsync(JobFolder.IdOf(job), cancellationToken));
            if (runs) continue;
            var processed = await containers.GetAsync(new BlobName(Containers.Processed, blob.Name), cancellationToken);
            if (await processed.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken)) deleted++;
        }

        return deleted;
    }

    private async Task<bool> IsRunningAsync(string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job && !CsvJobTransitions.IsFinal(job.GetState());
}
