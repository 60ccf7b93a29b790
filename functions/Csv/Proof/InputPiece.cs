using System.Text.Json.Serialization;

namespace Serverless.Csv.Proof;

/// <summary>
/// A stretch of the input, and what became of its records. All pieces of a file together are that file, without a gap.
/// </summary>
/// <param name="Start">Where it starts, in bytes of its file.</param>
/// <param name="End">Where the next one starts.</param>
/// <param name="Hash">The hash of its bytes, in hexadecimal digits.</param>
/// <param name="FirstRow">The number of its first record, counted over all files; 0 when it has none.</param>
/// <param name="Rows">How many records it has.</param>
/// <param name="FirstRecord">Where the first record starts; in what is packed, within the text that comes out.</param>
/// <param name="LastRecord">Where the last record starts.</param>
/// <param name="Accepted">Records that are in the clean output.</param>
/// <param name="Rejected">Records that are in the rejects.</param>
/// <param name="Dropped">Records that were left out for good when rejects were mended.</param>
/// <param name="File">Its file, where there are several.</param>
internal sealed record InputPiece(
    long Start, long End, string Hash, long FirstRow = 0, long Rows = 0, long FirstRecord = 0, long LastRecord = 0, long Accepted = 0,
    long Rejected = 0, long Dropped = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), JsonPropertyOrder(-1)] string? File = null)
{
    /// <summary>True when a record of that number is in it.</summary>
    public bool Has(long row) => row >= FirstRow && row < FirstRow + Rows;
}
