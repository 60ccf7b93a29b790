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
    public ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> written, bool isEnd)
    {
        if (!_isBegun && !written.IsEmpty)
        {
            written = written[ParquetFooter.Magic.Length..];
            _isBegun = true;
        }

        if (!isEnd) return written;
        var length = BinaryPrimitives.ReadInt32LittleEndian(written.Span[^EndLength..]);
        var start = written.Length - EndLength - length;
        Footer = written[start..^EndLength].ToArray();
        return written[..start];
    }
}
