using System.Buffers;

namespace Serverless.Csv.Output;

/// <summary>Writes a structure in Thrift's compact protocol, its fields by ascending numbers.</summary>
/// <param name="target">Takes the bytes.</param>
internal ref struct ThriftWriter(IBufferWriter<byte> target)
{
    /// <summary>The size of a list that does not say it in its first byte.</summary>
    public const int LongList = 15;

    private const int LongStep = 16;

    private readonly IBufferWriter<byte> _target = target;
    private int _last;

    /// <summary>Writes an integer of any size.</summary>
    public static void WriteInteger(IBufferWriter<byte> target, long value) => WriteUnsigned(target, (ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes what stands before the items of a list.</summary>
    public static void WriteListHead(IBufferWriter<byte> target, int count, ThriftType item)
    {
        target.Write([(byte)((Math.Min(count, LongList) << 4) | (int)item)]);
        if (count >= LongList) WriteUnsigned(target, (ulong)count);
    }

    /// <summary>Writes an integer of up to 32 bits.</summary>
    public void WriteInt32(int id, int value)
    {
        WriteHead(id, ThriftType.Int32);
        WriteInteger(_target, value);
    }

    /// <summary>Writes an integer of up to 64 bits.</summary>
    public void WriteInt64(int id, long value)
    {
        WriteHead(id, ThriftType.Int64);
        WriteInteger(_target, value);
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBinary(int id, ReadOnlySpan<byte> value)
    {
        WriteHead(id, ThriftType.Binary);
        WriteText(value);
    }

    /// <summary>Writes a list of integers.</summary>
    public void WriteIntegers(int id, ReadOnlySpan<int> values)
    {
        WriteList(id, ThriftType.Int32, values.Length);
        foreach (var value in values) WriteInteger(_target, value);
    }

    /// <summary>Writes a list of one text.</summary>
    public void WriteSingle(int id, ReadOnlySpan<byte> value)
    {
        WriteList(id, ThriftType.Binary, 1);
        WriteText(value);
    }

    /// <summary>Writes what stands before the items of a list, which come next.</summary>
    public void WriteList(int id, ThriftType item, int count)
    {
        WriteHead(id, ThriftType.List);
        WriteListHead(_target, count, item);
    }

    /// <summary>Starts a structure within this one; nothing else may be written before its end.</summary>
    public ThriftWriter Open(int id)
    {
        WriteHead(id, ThriftType.Struct);
        return new ThriftWriter(_target);
    }

    /// <summary>Starts a structure that is the next item of a list.</summary>
    public readonly ThriftWriter OpenItem() => new(_target);

    /// <summary>Ends the structure.</summary>
    public readonly void End() => _target.Write([(byte)ThriftType.Stop]);

    private static void WriteUnsigned(IBufferWriter<byte> target, ulong value)
    {
        for (; value >= 0x80; value >>= 7) target.Write([(byte)(value | 0x80)]);
        target.Write([(byte)value]);
    }

    private readonly void WriteText(ReadOnlySpan<byte> value)
    {
        WriteUnsigned(_target, (ulong)value.Length);
        _target.Write(value);
    }

    private void WriteHead(int id, ThriftType type)
    {
        var step = id - _last;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(step, nameof(id));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, LongStep, nameof(id));
        _target.Write([(byte)((step << 4) | (int)type)]);
        _last = id;
    }
}
