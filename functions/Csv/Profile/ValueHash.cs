using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Serverless.Csv.Profile;

/// <summary>
/// A 64-bit hash that is the same in every process and on every machine, as sketches that are merged need it. Made of the multiply and
/// fold step of wyhash and the final mix of MurmurHash3; not for keys that somebody chose to collide.
/// </summary>
internal static class ValueHash
{
    private const ulong First = 0xA0761D6478BD642F;
    private const ulong Second = 0xE7037ED1A0B428DB;

    public static ulong Of(ReadOnlySpan<byte> value)
    {
        var hash = Fold((ulong)value.Length ^ First, Second);
        while (value.Length > 8)
        {
            hash = Fold(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(value), First);
            value = value[8..];
        }

        return Mix(Fold(hash ^ Rest(value), Second));
    }

    /// <summary>Spreads a number's bits.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD;
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53;
        return value ^ (value >> 33);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong value, ulong factor)
    {
        var high = Math.BigMul(value, factor, out var low);
        return high ^ low;
    }

    private static ulong Rest(ReadOnlySpan<byte> value)
    {
        if (value.Length == 8) return BinaryPrimitives.ReadUInt64LittleEndian(value);
        var rest = 0UL;
        for (var i = value.Length - 1; i >= 0; i--) rest = (rest << 8) | value[i];
        return rest;
    }
}
