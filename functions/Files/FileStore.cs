using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>Reads, writes and lists files.</summary>
internal sealed class FileStore(Containers containers)
{
    /// <summary>The properties of a file; null when it is not there.</summary>
    public async Task<BlobProperties?> FindAsync(BlobName name, CancellationToken cancellationToken)
    {
        try
        {
            return (await (await GetBlobAsync(name, cancellationToken)).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>A version's content, which can be read from any place on.</summary>
    /// <exception cref="RequestFailedException">412: the file is another by now, also while it is read.</exception>
    public async Task<Stream> OpenAsync(BlobName name, ETag version, CancellationToken cancellationToken) =>
        await (await GetBlobAsync(name, cancellationToken)).OpenReadAsync(
            new BlobOpenReadOptions(allowModifications: false) { Conditions = new BlobRequestConditions { IfMatch = version } },
            cancellationToken);

    /// <summary>Stores a body as it arrives; nothing of it is visible before its end.</summary>
    /// <exception cref="RequestFailedException">409 or 412: the conditions do not hold.</exception>
    public async Task<FileDescription> WriteAsync(
        BlobName name, Stream body, string contentType, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var counted = new CountingStream(body);
        var options = new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = contentType }, Conditions = conditions };
        var container = await containers.GetAsync(name, cancellationToken);
        var stored = await BlobUpload.RunAsync(container, name.Path, counted, options, cancellationToken);
        return new FileDescription(
            name.Path, Addresses.OfFile(name.ToString()), counted.Count, contentType, stored.ETag.ToString("H"), stored.LastModified);
    }

    /// <summary>Removes a file.</summary>
    /// <returns>False when it was not there.</returns>
    /// <exception cref="RequestFailedException">412: the conditions do not hold.</exception>
    public async Task<bool> RemoveAsync(BlobName name, BlobRequestConditions conditions, CancellationToken cancellationToken) =>
        (await (await GetBlobAsync(name, cancellationToken)).DeleteIfExistsAsync(
            DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken)).Value;

    /// <summary>A page of the files whose paths start alike.</summary>
    /// <exception cref="RequestFailedException">400: the place is from nowhere.</exception>
    public async Task<FilePage> ListAsync(string name, string? prefix, int size, string? after, CancellationToken cancellationToken)
    {
        var (blobs, next) = await BlobPages.ReadAsync(
            await containers.GetAllAsync(name, prefix ?? "", cancellationToken), prefix, size, after, cancellationToken);
        return new FilePage(name, [.. blobs.Select(b => Describe(name, b))], next);
    }

    private static FileDescription Describe(string container, BlobItem blob) => new(
        blob.Name, Addresses.OfFile($"{container}/{blob.Name}"), blob.Properties.ContentLength ?? 0,
        blob.Properties.ContentType is { Length: > 0 } type ? type : FileTypes.Unknown, blob.Properties.ETag?.ToString("H") ?? "",
        blob.Properties.LastModified ?? default);

    private async Task<BlockBlobClient> GetBlobAsync(BlobName name, CancellationToken cancellationToken) =>
        (await containers.GetAsync(name, cancellationToken)).GetBlockBlobClient(name.Path);

    private sealed class CountingStream(Stream body) : ForwardStream
    {
        public long Count { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }
    }
}
