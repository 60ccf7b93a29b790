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

    /// <summary>The same for the records of several files.</summary>
    public static ReadOnlyMemory<byte> HeaderOfFiles { get; } = "file,row,line,field,code,message,raw\n"u8.ToArray();

    /// <summary>Writes a part's records as lines of <c>rejects.csv</c>, in bounded memory whatever their size.</summary>
    /// <param name="part">A reject part from its start.</param>
    /// <param name="rows">Records before the range.</param>
    /// <param name="lines">Physical lines before the range.</param>
    /// <param name="output">Where the lines go.</param>
    /// <param name="file">
    /// Writes the file of a record with its comma for a line that is counted from the range's start, and answers the file's own line; null
    /// where there is one file.
    /// </param>
    /// <param name="cancellationToken">Stops between two records or pieces of one.</param>
    /// <returns>How many records were written.</returns>
    /// <exception cref="EndOfStreamException">The part is cut off.</exception>
    public static async ValueTask<long> CopyAsync(
        Stream part, long rows, long lines, Stream output, Func<long, PendingBuffer, long>? file = null,
        CancellationToken cancellationToken = default)
    {
        var beginning = new PendingBuffer(file is null ? 0 : CopyLength / 16);
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
                var row = rows + BinaryPrimitives.ReadInt64LittleEndian(buffer);
                var line = BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(8));
                beginning.Truncate(0);
                line = file?.Invoke(line, beginning) ?? lines + line;
                var start = WriteStart(buffer, beginning.Span, row, line);
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

    private static int WriteStart(byte[] buffer, ReadOnlySpan<byte> beginning, long row, long line)
    {
        beginning.CopyTo(buffer);
        Utf8Formatter.TryFormat(row, buffer.AsSpan(beginning.Length), out var more);
        var length = beginning.Length + more;
        buffer[length++] = (byte)',';
        Utf8Formatter.TryFormat(line, buffer.AsSpan(length), out more);
        length += more;
        buffer[length++] = (byte)',';
        return length;
    }
}
