using System.Text;

namespace Serverless.CsvJobs.Blobs;

/// <summary>
/// Names blocks by what they hold, so that doing a piece of work twice stages the same blocks, and a range that is read again
/// from another position stages others. All ids of a blob have the same length, as storage demands.
/// </summary>
internal static class BlockIds
{
    /// <summary>The id of a range's block.</summary>
    /// <param name="start">Where the range starts.</param>
    /// <param name="first">Where its first record starts.</param>
    /// <param name="sequence">The block's number within the range, from 0.</param>
    public static string OfRange(long start, long first, int sequence) => Encode($"r{start:x16}{first:x16}{sequence:x8}");

    /// <summary>The id of a block of rejects.</summary>
    /// <param name="fold">The fold that wrote it.</param>
    /// <param name="sequence">The block's number within the fold, from 0.</param>
    public static string OfFold(int fold, int sequence) => Encode($"f{fold:x16}{0:x16}{sequence:x8}");

    /// <summary>The id of a block that mended records came into.</summary>
    /// <param name="round">The round's id: so many hexadecimal digits as a GUID has.</param>
    /// <param name="block">The place of the block that it stands for.</param>
    /// <param name="sequence">Its number among those that stand for the block, from 0.</param>
    public static string OfMend(string round, int block, int sequence) => Encode($"m{round[..24]}{block:x8}{sequence:x8}");

    /// <summary>In the place of a block's: that of the rejects, and of each output that is written whole.</summary>
    public const int MendedRejects = -1;

    /// <summary>In the place of a block's: that of a Parquet file's footer.</summary>
    public const int MendedFooter = -2;

    /// <summary>The id of the block with the column names.</summary>
    public static string OfHeader { get; } = Encode($"h{0:x16}{0:x16}{0:x8}");

    /// <summary>The id of the block with a Parquet file's footer.</summary>
    public static string OfFooter { get; } = Encode($"z{0:x16}{0:x16}{0:x8}");

    private static string Encode(string id) => Convert.ToBase64String(Encoding.ASCII.GetBytes(id));
}
