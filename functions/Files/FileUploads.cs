using System.Buffers;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Files;

/// <summary>
/// Puts files together from parts that come one by one, in any order and over any number of connections. What has come is kept by storage
/// alone, as blocks that nobody sees: there is no session that could get lost, and storage drops what was never completed after a week.
/// </summary>
internal sealed class FileUploads(Containers containers)
{
    /// <summary>The largest file: as many blocks as storage takes, of the size that is held in memory.</summary>
    public const long MaxLength = (long)BlockBytes * MaxBlocks;

    private const int BlockBytes = 8 << 20;
    private const int MaxBlocks = 50_000;

    /// <summary>Stores a part as it arrives. What broke off is kept up to the last whole block.</summary>
    /// <returns>How many bytes it had.</returns>
    /// <exception cref="RequestFailedException">400 or 409: the path takes no blocks of this kind, or no more of them.</exception>
    public async Task<long> StageAsync(BlobName name, string upload, long offset, Stream body, CancellationToken cancellationToken)
    {
        var blob = await GetBlobAsync(name, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            var end = offset;
            int count;
            do
            {
                count = await body.ReadAtLeastAsync(
                    buffer.AsMemory(0, BlockBytes), BlockBytes, throwOnEndOfStream: false, cancellationToken);
                if (count == 0) break;
                using var block = new MemoryStream(buffer, 0, count, writable: false);
                await blob.StageBlockAsync(UploadedBlock.IdOf(upload, end), block, cancellationToken: cancellationToken);
                end += count;
            }
            while (count == BlockBytes);

            return end - offset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The ranges of an upload that are there, in order.</summary>
    public async Task<IReadOnlyList<UploadedRange>> ReadAsync(BlobName name, string upload, CancellationToken cancellationToken) =>
        UploadedBlock.Join(UploadedBlock.Of(upload, (await ReadBlocksAsync(name, cancellationToken)).Staged));

    /// <summary>Makes a file of an upload's blocks. Doing it twice is doing it once: an answer may get lost.</summary>
    /// <param name="name">The file.</param>
    /// <param name="upload">The upload.</param>
    /// <param name="length">The bytes that it must have.</param>
    /// <param name="conditions">What must hold of the file that is there.</param>
    /// <param name="metadata">Stored with the file, in the same moment; null for none.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RequestFailedException">409 or 412: the conditions do not hold; 400: the blocks are gone meanwhile.</exception>
    public async Task<UploadOutcome> CompleteAsync(
        BlobName name, string upload, long length, BlobRequestConditions? conditions, IDictionary<string, string>? metadata,
        CancellationToken cancellationToken)
    {
        var (staged, committed) = await ReadBlocksAsync(name, cancellationToken);
        var blocks = UploadedBlock.Of(upload, staged);
        var done = UploadedBlock.Of(upload, committed);
        var isDone = blocks.Count == 0 && length > 0 && done.Count == committed.Count;
        var parts = UploadedBlock.Chain(isDone ? done : blocks, out var end);
        if (end != length) return new UploadOutcome(null, IsNew: false, end);
        var contentType = FileTypes.OfName(name.Path);
        var blob = await GetBlobAsync(name, cancellationToken);
        if (isDone)
        {
            var known = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return Describe(known.ETag, known.LastModified, isNew: false);
        }

        var options = new CommitBlockListOptions
        {
            HttpHeaders = new BlobHttpHeaders { ContentType = contentType },
            Conditions = conditions,
            Metadata = metadata,
        };
        var isThere = await blob.ExistsAsync(cancellationToken);
        var stored = (await blob.CommitBlockListAsync(parts.Select(p => p.Id), options, cancellationToken)).Value;
        return Describe(stored.ETag, stored.LastModified, isNew: !isThere);

        UploadOutcome Describe(ETag version, DateTimeOffset modifiedAt, bool isNew) => new(
            new FileDescription(name.Path, Addresses.OfFile(name.ToString()), length, contentType, version.ToString("H"), modifiedAt),
            isNew, length);
    }

    private async Task<(IReadOnlyList<BlobBlock> Staged, IReadOnlyList<BlobBlock> Committed)> ReadBlocksAsync(
        BlobName name, CancellationToken cancellationToken)
    {
        try
        {
            var list = (await (await GetBlobAsync(name, cancellationToken)).GetBlockListAsync(
                BlockListTypes.All, cancellationToken: cancellationToken)).Value;
            return ([.. list.UncommittedBlocks], [.. list.CommittedBlocks]);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return ([], []);
        }
    }

    private async Task<BlockBlobClient> GetBlobAsync(BlobName name, CancellationToken cancellationToken) =>
        (await containers.GetAsync(name, cancellationToken)).GetBlockBlobClient(name.Path);
}

/// <summary>The outcome of completing an upload.</summary>
/// <param name="File">The file; null while something is missing, or too much is there.</param>
/// <param name="IsNew">There was none at this path.</param>
/// <param name="End">Where the bytes end that follow each other from the first on.</param>
internal sealed record UploadOutcome(FileDescription? File, bool IsNew, long End);
