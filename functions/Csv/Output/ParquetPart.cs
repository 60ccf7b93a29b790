using System.Buffers.Binary;

namespace Serverless.Csv.Output;

/// <summary>Takes a Parquet file apart while it is written: its row groups, which are stretches of a larger one, and its footer.</summary>
internal sealed class ParquetPart
{
    private static readonly int EndLength = sizeof(int) + ParquetFooter.Magic.Length;

    private bool _isBegun;

    /// <summary>The footer, once the end was taken.</summary>
    public ReadOnlyMemory<byte> Footer { get; private set; }

    /// <summary>The bytes of row groups in what was written next.</summary>
    /// <param name="written">What the writer has; what it had before is gone.</param>
    /// <param name="isEnd">With this the file is complete.</param>
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> written, bool isEnd) => Take([written], isEnd)[0];

    /// <summary>
    /// The same for pieces, the first of which has the file's first bytes, and the last one all that follows the row groups.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Take(IReadOnlyList<ReadOnlyMemory<byte>> written, bool isEnd)
    {
        var pieces = written.ToArray();
        if (!_isBegun && pieces is [{ IsEmpty: false } first, ..])
        {
            pieces[0] = first[ParquetFooter.Magic.Length..];
            _isBegun = true;
        }

        if (!isEnd) return pieces;
        var last = pieces[^1];
        var length = BinaryPrimitives.ReadInt32LittleEndian(last.Span[^EndLength..]);
        var start = last.Length - EndLength - length;
        Footer = last[start..^EndLength].ToArray();
        pieces[^1] = last[..start];
        return pieces;
    }
}
