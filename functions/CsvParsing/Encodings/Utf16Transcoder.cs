using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;

namespace Serverless.CsvParsing.Encodings;

/// <summary>Turns UTF-16 into UTF-8: a lone surrogate becomes its three-byte form, half a character at the end becomes 0xFF.</summary>
internal sealed class Utf16Transcoder : ITranscoder
{
    private readonly bool _isSwapped;

    private Utf16Transcoder(bool isSwapped) => _isSwapped = isSwapped;

    public static Utf16Transcoder LittleEndian { get; } = new(isSwapped: false);

    public static Utf16Transcoder BigEndian { get; } = new(isSwapped: true);

    public (int Read, int Written) Transcode(ReadOnlySpan<byte> raw, bool isLast, Span<byte> destination)
    {
        var units = MemoryMarshal.Cast<byte, char>(raw);
        var (read, written) = _isSwapped ? FromSwapped(units, isLast, destination) : FromUtf16(units, isLast, destination);
        read *= sizeof(char);
        if (isLast && read < raw.Length)
        {
            destination[written++] = Transcoders.Invalid;
            read++;
        }

        return (read, written);
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
            var status = Utf8.FromUtf16(
                units[totalRead..], destination[totalWritten..], out var read, out var written, replaceInvalidSequences: false,
                isFinalBlock: isLast);
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
