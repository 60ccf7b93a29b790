using Azure.Storage.Blobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The input of a job's ranges: one file, or several. What is asked of storage is counted.</summary>
internal sealed class RangeInput(BlobContainerClient incoming, CsvPlan plan)
{
    private readonly ReadCount _reads = new();

    /// <summary>Bytes asked of storage.</summary>
    public long Bytes => _reads.Bytes;

    /// <summary>Requests for them.</summary>
    public int Requests => _reads.Requests;

    /// <summary>Opens a range; it may be opened again.</summary>
    /// <param name="task">The range.</param>
    /// <param name="hash">Takes the bytes of its records, for each file anew where there are several; null for nobody.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public ValueTask<RecordFeed> OpenAsync(RangeTask task, ByteHash? hash, CancellationToken cancellationToken) =>
        plan.Files is { } files
            ? ValueTask.FromResult<RecordFeed>(new FilesFeed(plan, new FileSet(files), task, f => Open(f.Path, f.ETag), hash))
            : RecordFeed.OpenAsync(plan, task, Open(plan.Path, plan.ETag), cancellationToken, hash);

    private IncomingSource Open(string path, string etag) => new(incoming.GetBlobClient(path), etag, _reads);
}
