using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Serverless.CsvParsing;

/// <summary>Finds the bytes that mean something to the automaton, 64 at a time.</summary>
/// <remarks>
/// Vectors of 512 bits were no faster, and code that asks for them is not compiled ahead of time: a cold job ran unoptimized.
/// </remarks>
internal readonly struct SpecialBytes(byte delimiter, byte quote)
{
    public const int BlockSize = 64;

    /// <summary>A bit for each of the 64 bytes from <paramref name="block"/> that is a delimiter, quote, CR or LF.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Find(ref byte block)
    {
        if (Vector256.IsHardwareAccelerated) return Find256(ref block, 0) | (ulong)Find256(ref block, 32) << 32;
        return Find128(ref block, 0) | (ulong)Find128(ref block, 16) << 16 | (ulong)Find128(ref block, 32) << 32 | (ulong)Find128(
            ref block, 48) << 48;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Find256(ref byte block, nuint offset)
    {
        var bytes = Vector256.LoadUnsafe(ref block, offset);
        return (Vector256.Equals(bytes, Vector256.Create(delimiter))
            | Vector256.Equals(bytes, Vector256.Create(quote))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\r'))).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Find128(ref byte block, nuint offset)
    {
        var bytes = Vector128.LoadUnsafe(ref block, offset);
        return (Vector128.Equals(bytes, Vector128.Create(delimiter))
            | Vector128.Equals(bytes, Vector128.Create(quote))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\n'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\r'))).ExtractMostSignificantBits();
    }
}
