using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Serverless.Csv.Parsing;

/// <summary>
/// Turns UTF-16 and Latin-1 into UTF-8 without losing anything: a lone surrogate becomes its three-byte form and half a character at
/// the end becomes 0xFF, neither of which is valid UTF-8, so that whoever checks the text finds them where they stand.
/// </summary>
internal static class Utf8Transcoder
{
    /// <summary>No encoding needs more room than this for each raw byte.</summary>
    public const int MaxGrowth = 3;

    /// <summary>
    /// Writes as UTF-8 what <paramref name="raw"/> holds in whole characters and returns how much was read and written. Bytes that need
    /// the next ones stay unread unless <paramref name="isLast"/>.
    /// </summary>
    public static (int Read, int Written) Transcode(ReadOnlySpan<byte> raw, CsvEncoding encoding, bool isLast, Span<byte> destination)
    {
        if (encoding == CsvEncoding.Latin1) return (raw.Length, FromLatin1(raw, destination));

        var units = MemoryMarshal.Cast<byte, char>(raw);
        var (read, written) = encoding == CsvEncoding.Utf16BigEndian ? FromSwapped(units, isLast, destination) : FromUtf16(units, isLast, destination);
        read *= sizeof(char);
        if (isLast && read < raw.Length)
        {
            destination[written++] = 0xFF;
            read++;
        }

        return (read, written);
    }

    private static int FromLatin1(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var ascii = raw.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0) break;

            raw[..ascii].CopyTo(destination[written..]);
            written += ascii;
            destination[written++] = (byte)(0xC0 | raw[ascii] >> 6);
            destination[written++] = (byte)(0x80 | raw[ascii] & 0x3F);
            raw = raw[(ascii + 1)..];
        }

        raw.CopyTo(destination[written..]);
        return written + raw.Length;
    }

    private static (int Read, int Written) FromSwapped(ReadOnlySpan<char> units, bool isLast, Span<byte> destination)
    {
        var swapped = ArrayPool<char>.Shared.Rent(units.Length);
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<char, ushort>(units), MemoryMarshal.Cast<char, ushort>(swapped.AsSpan()));
        var result = FromUtf16(swapped.AsSpan(0, units.Length), isLast, destination);
        ArrayPool<char>.Shared.Return(swapped);
        return result;
    }

    private static (int Read, int Written) FromUtf16(ReadOnlySpan<char> units, bool isLast, Span<byte> destination)
    {
        var totalRead = 0;
        var totalWritten = 0;
        while (true)
        {
            var status = Utf8.FromUtf16(units[totalRead..], destination[totalWritten..], out var read, out var written, replaceInvalidSequences: false, isFinalBlock: isLast);
            totalRead += read;
            totalWritten += written;
            if (status != OperationStatus.InvalidData) return (totalRead, totalWritten);

            var surrogate = units[totalRead++];
            destination[totalWritten++] = (byte)(0xE0 | surrogate >> 12);
            destination[totalWritten++] = (byte)(0x80 | surrogate >> 6 & 0x3F);
            destination[totalWritten++] = (byte)(0x80 | surrogate & 0x3F);
        }
    }
}
