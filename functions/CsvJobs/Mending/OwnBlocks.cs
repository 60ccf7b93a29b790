using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Mending;

/// <summary>An output as the job wrote it: where its blocks lie, and what names its content.</summary>
/// <param name="ETag">The content.</param>
/// <param name="Places">Offset and length of each block.</param>
/// <param name="Footer">The block behind those with records; null for none.</param>
internal sealed record OwnBlocks(ETag ETag, IReadOnlyDictionary<string, (long Offset, long Length)> Places, string? Footer = null)
{
    /// <summary>A file that is not there yet.</summary>
    public static readonly OwnBlocks None = new(default, new Dictionary<string, (long, long)>()) { IsNew = true };

    /// <summary>It is not there yet.</summary>
    public bool IsNew { get; private init; }

    /// <summary>True when the column names stand before the records.</summary>
    public bool HasHeader => Places.ContainsKey(BlockIds.OfHeader);

    /// <summary>Looks at an output.</summary>
    /// <param name="blob">The output.</param>
    /// <param name="ids">Its blocks with records.</param>
    /// <param name="footer">The block behind them; null for none.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="CsvJobException">It is another's.</exception>
    public static async Task<OwnBlocks> ReadAsync(
        BlockBlobClient blob, IEnumerable<string> ids, string? footer, CancellationToken cancellationToken)
    {
        // The list cannot be asked for under a condition: what is read and written later is under this one, which is older.
        var etag = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag;
        var list = (await blob.GetBlockListAsync(BlockListTypes.Committed, cancellationToken: cancellationToken)).Value;
        var offset = 0L;
        var places = new Dictionary<string, (long Offset, long Length)>(StringComparer.Ordinal);
        foreach (var block in list.CommittedBlocks)
        {
            places[block.Name] = (offset, block.SizeLong);
            offset += block.SizeLong;
        }

        var found = list.CommittedBlocks.Select(b => b.Name).Where(n => n != BlockIds.OfHeader);
        return found.SequenceEqual(footer is null ? ids : ids.Append(footer), StringComparer.Ordinal)
            ? new OwnBlocks(etag, places, footer)
            : throw new CsvJobException($"{Path.GetFileName(blob.Name)} was replaced since the job wrote it: nothing was changed.");
    }
}
