using System.Buffers.Binary;

namespace Serverless.Csv.Keys;

/// <summary>A record whose key stands in an earlier one.</summary>
/// <param name="Position">Where it starts.</param>
/// <param name="Key">Which of the schema's keys.</param>
internal readonly record struct Duplicate(long Position, int Key) : IComparable<Duplicate>
{
    public const int Length = 12;

    public int CompareTo(Duplicate other)
    {
        var order = Position.CompareTo(other.Position);
        return order == 0 ? Key.CompareTo(other.Key) : order;
    }

    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, Position);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], Key);
    }

    public static Duplicate Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64LittleEndian(source), BinaryPrimitives.ReadInt32LittleEndian(source[8..]));
}
