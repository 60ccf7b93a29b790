using Serverless.Csv.Proof;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Mending;

/// <summary>Stages the blocks of a file that mended records come into, and leaves all others as they are.</summary>
internal interface IBlockRewriter
{
    /// <summary>Rewrites what is concerned.</summary>
    /// <param name="blocks">The blocks as they are; null for one that is not there yet.</param>
    /// <param name="insertions">What comes into them.</param>
    /// <param name="cancellationToken">Ends the reads and writes; nothing is visible yet.</param>
    Task<RewrittenBlocks> StageAsync(
        IReadOnlyList<IndexedBlock?> blocks, IInsertions insertions, CancellationToken cancellationToken);
}

/// <summary>The blocks of a file as a round stages them.</summary>
/// <param name="Index">Those with records.</param>
/// <param name="Footer">What stands behind them; null for nothing.</param>
/// <param name="FooterProof">Its bytes.</param>
internal sealed record RewrittenBlocks(IReadOnlyList<IndexedBlock> Index, string? Footer = null, BlockProof? FooterProof = null);

/// <summary>Mended records and their places in the blocks of a file.</summary>
internal interface IInsertions
{
    /// <summary>In the order of the file.</summary>
    IReadOnlyList<Insertion> All { get; }

    /// <summary>A record as its writer wrote it.</summary>
    ReadOnlySpan<byte> BytesOf(Insertion insertion);
}
