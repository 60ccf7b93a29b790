using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Blobs;

/// <summary>A file's bytes in storage. Every request names the content that the job is about, and is counted.</summary>
internal sealed class IncomingSource(BlobClient blob, string etag, ReadCount? count = null) : IRangeSource
{
    private readonly BlobRequestConditions _conditions = new() { IfMatch = new ETag($"\"{etag}\"") };
    private readonly ReadCount _count = count ?? new ReadCount();

    /// <inheritdoc/>
    /// <exception cref="CsvJobException">The blob was replaced or deleted.</exception>
    public async ValueTask<Stream> OpenAsync(long offset, long length, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length), Conditions = _conditions };
        var response = await SourceBlob.GuardAsync(() => blob.DownloadStreamingAsync(options, cancellationToken));
        _count.Requests++;
        _count.Bytes += length;
        return response.Value.Content;
    }

    /// <summary>Makes sure that the file is still the one the job is about.</summary>
    /// <exception cref="CsvJobException">The blob was replaced or deleted.</exception>
    public Task CheckAsync(CancellationToken cancellationToken) =>
        SourceBlob.GuardAsync(() => blob.GetPropertiesAsync(_conditions, cancellationToken));
}
