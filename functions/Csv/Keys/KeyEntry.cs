using System.Buffers.Binary;

namespace Serverless.Csv.Keys;

/// <summary>
/// A key and where its record starts. The key is the first half of its SHA-256: 128 bits, of which two keys in 2^32 records share all with
/// a
/// probability of 2^-65, and nobody can make two that do; a narrower hash, or one that is not cryptographic, would let one record push
/// another
/// out of the output.
/// </summary>
/// <remarks>Entries of one key sort by position: the first one is the one that stays.</remarks>
internal readonly record struct KeyEntry(ulong High, ulong Low, long Position) : IComparable<KeyEntry>
{
    public const int Length = 24;

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
}
