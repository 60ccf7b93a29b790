using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Proof;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>An output whose blocks are all in storage and not visible yet.</summary>
/// <param name="Blob">The output.</param>
/// <param name="Name">Its name in the job's folder.</param>
/// <param name="Blocks">Its blocks, in order.</param>
/// <param name="ContentType">What it is.</param>
internal sealed record StagedOutput(BlockBlobClient Blob, string Name, IReadOnlyList<StagedBlock> Blocks, string ContentType)
{
    /// <summary>Its bytes.</summary>
    public OutputProof Proof => new(Name, [.. Blocks.Select(b => b.Proof)]);

    /// <summary>Stages what stands before the blocks that ranges and folds have staged.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="hash">The hash of its blocks.</param>
    /// <param name="start">Its first bytes; may be empty.</param>
    /// <param name="blocks">The blocks that follow.</param>
    /// <param name="contentType">What it is.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public static async Task<StagedOutput> StageAsync(
        JobFolder folder, string name, HashKind hash, ReadOnlyMemory<byte> start, IEnumerable<StagedBlock> blocks, string contentType,
        CancellationToken cancellationToken)
    {
        var blob = folder.GetOutput(name);
        if (start.IsEmpty) return new StagedOutput(blob, name, [.. blocks], contentType);
        using var content = new MemoryStream(start.ToArray());
        await blob.StageBlockAsync(BlockIds.OfHeader, content, cancellationToken: cancellationToken);
        var first = new StagedBlock(BlockIds.OfHeader, new BlockProof(start.Length, ByteHash.Of(hash, start.Span)));
        return new StagedOutput(blob, name, [first, .. blocks], contentType);
    }

    /// <summary>Makes it visible; doing so twice changes nothing.</summary>
    public Task CommitAsync(CancellationToken cancellationToken)
    {
        var options = new CommitBlockListOptions { HttpHeaders = new BlobHttpHeaders { ContentType = ContentType } };
        return Blob.CommitBlockListAsync(Blocks.Select(b => b.Id), options, cancellationToken);
    }
}

/// <summary>A block in storage.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Proof">Its bytes.</param>
internal sealed record StagedBlock(string Id, BlockProof Proof);
