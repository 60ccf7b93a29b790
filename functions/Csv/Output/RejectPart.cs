using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace Serverless.Csv.Output;

/// <summary>
/// A range's refused records in order, with rows and lines counted from the range's start: for each two 64-bit numbers, a 32-bit
/// length, and the rest of its line in <c>rejects.csv</c>.
/// </summary>
internal static class RejectPart
{
    internal const int PrefixLength = 20;
    private const int CopyLength = 64 * 1024;

    /// <summary>The line that stands before all rejects.</summary>
    public static ReadOnlyMemory<byte> Header { get; } = "row,line,field,code,message,raw\n"u8.ToArray();

    /// <summary>Writes a part's records as lines of <c>rejects.csv</c>, in bounded memory whatever their size.</summary>
    /// <param name="part">A reject part from its start.</param>
    /// <param name="rows">Records before the range.</param>
    /// <param name="lines">Physical lines before the range.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="cancellationToken">Stops between two records or pieces of one.</param>
    /// <returns>How many records were written.</returns>
    /// <exception cref="EndOfStreamException">The part is cut off.</exception>
    public static async ValueTask<long> CopyAsync(
        Stream part, long rows, long lines, Stream output, CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyLength);
        try
        {
            for (var count = 0L; ; count++)
            {
                var read = await part.ReadAtLeastAsync(
                    buffer.AsMemory(0, PrefixLength), PrefixLength, throwOnEndOfStream: false, cancellationToken);
                if (read == 0) return count;
                if (read < PrefixLength) throw new EndOfStreamException("A reject part ends within a record.");
                var length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(16));
                var start = WriteStart(buffer, rows, lines);
                while (length > 0)
                {
                    var piece = Math.Min(length, buffer.Length - start);
                    await part.ReadExactlyAsync(buffer.AsMemory(start, piece), cancellationToken);
                    await output.WriteAsync(buffer.AsMemory(0, start + piece), cancellationToken);
                    length -= piece;
                    start = 0;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static void WritePrefix(Span<byte> target, long row, long line, int length)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, row);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], line);
        BinaryPrimitives.WriteInt32LittleEndian(target[16..], length);
    }

    private static int WriteStart(byte[] buffer, long rows, long lines)
    {
        var row = rows + BinaryPrimitives.ReadInt64LittleEndian(buffer);
        var line = lines + BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8));
        Utf8Formatter.TryFormat(row, buffer, out var length);
        buffer[length++] = (byte)',';
        Utf8Formatter.TryFormat(line, buffer.AsSpan(length), out var more);
        length += more;
        buffer[length++] = (byte)',';
        return length;
    }
}
