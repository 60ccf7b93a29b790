using System.Buffers.Binary;

namespace Serverless.Csv.Keys;

/// <summary>
/// A key and where its record starts. A short key is its own 127 bits, shuffled; of a longer one they are a hash, and its text lies beside
/// the entries: entries with one hash are one key only when their texts are equal (<see cref="KeyTexts"/>).
/// </summary>
/// <remarks>Entries of one key sort by position: the first one is the one that stays.</remarks>
internal readonly record struct KeyEntry(ulong High, ulong Low, long Position) : IComparable<KeyEntry>
{
    public const int Length = 24;

    /// <summary>The bytes of a text that an entry holds: the last byte has their number.</summary>
    public const int MaxInline = 15;

    private const ulong HashedBit = 1UL << 63;
    private const ulong ApartBit = 1UL << 62;

    /// <summary>The key is known by a hash.</summary>
    public bool IsHashed => (High & HashedBit) != 0;

    /// <summary>The bits that the key is known by.</summary>
    public UInt128 Id => new(High, Low);

    public bool HasKeyOf(in KeyEntry other) => High == other.High && Low == other.Low;

    public int CompareTo(KeyEntry other)
    {
        var order = High.CompareTo(other.High);
        if (order == 0) order = Low.CompareTo(other.Low);
        return order == 0 ? Position.CompareTo(other.Position) : order;
    }

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(target, High);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], Low);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], Position);
    }

    public static KeyEntry Read(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(
            source[8..]), BinaryPrimitives.ReadInt64LittleEndian(source[16..]));

    /// <summary>The entry of a text of at most <see cref="MaxInline"/> bytes: another one for each text.</summary>
    public static KeyEntry OfText(ReadOnlySpan<byte> text, long position)
    {
        Span<byte> bytes = stackalloc byte[MaxInline + 1];
        bytes.Clear();
        text.CopyTo(bytes);
        bytes[MaxInline] = (byte)text.Length;
        var low = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        var high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);

        // Each step can be undone, so no two texts meet; and both halves depend on all bytes, so that they spread over slots and passes.
        low ^= Mix(high);
        high ^= Mix(low) & ~HashedBit;
        low ^= Mix(high);
        return new KeyEntry(high, low, position);
    }

    /// <summary>The entry of a hash.</summary>
    public static KeyEntry OfHash(UInt128 hash, long position) =>
        new(((ulong)(hash >> 64) & ~ApartBit) | HashedBit, (ulong)hash, position);

    /// <summary>The same record with a key that no hash gives.</summary>
    /// <param name="number">A number for each such key.</param>
    public KeyEntry WithOwnKey(long number) => this with { High = HashedBit | ApartBit, Low = (ulong)number };

    // The finalizer of MurmurHash3.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
        return value ^ (value >> 33);
    }
}
