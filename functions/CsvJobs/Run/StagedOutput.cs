using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>An output whose blocks are all in storage and not visible yet.</summary>
/// <param name="Blob">The output.</param>
/// <param name="Blocks">Its blocks, in order.</param>
/// <param name="ContentType">What it is.</param>
internal sealed record StagedOutput(BlockBlobClient Blob, IReadOnlyList<string> Blocks, string ContentType)
{
    /// <summary>Stages what stands before the blocks that ranges and folds have staged.</summary>
    /// <param name="blob">The output.</param>
    /// <param name="start">Its first bytes; may be empty.</param>
    /// <param name="blocks">The blocks that follow.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public static async Task<StagedOutput> StageAsync(
        BlockBlobClient blob, ReadOnlyMemory<byte> start, IEnumerable<string> blocks, string contentType,
        CancellationToken cancellationToken)
    {
        if (start.IsEmpty) return new StagedOutput(blob, [.. blocks], contentType);
        using var content = new MemoryStream(start.ToArray());
        await blob.StageBlockAsync(BlockIds.OfHeader, content, cancellationToken: cancellationToken);
        return new StagedOutput(blob, [BlockIds.OfHeader, .. blocks], contentType);
    }

    /// <summary>Makes it visible; doing so twice changes nothing.</summary>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        var options = new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = ContentType } };
        return Blob.CommitBlockListAsync(Blocks, options, cancellationToken);
    }
}
