namespace Serverless.Csv.Output;

/// <summary>Goes over a structure in Thrift's compact protocol, field by field.</summary>
/// <param name="bytes">The structure, and what follows it.</param>
internal ref struct ThriftFields(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The place of what is read next.</summary>
    public int Position { get; private set; }

    /// <summary>Reads what stands before a field's value.</summary>
    /// <param name="id">The field before; becomes this one.</param>
    /// <param name="type">The type of the value.</param>
    /// <returns>False at the end of the structure.</returns>
    public bool TryReadField(ref int id, out ThriftType type)
    {
        var head = _bytes[Position++];
        type = (ThriftType)(head & 0xF);
        if (type == ThriftType.Stop) return false;
        id = head >> 4 is > 0 and var step ? id + step : (int)ReadInteger();
        return true;
    }

    /// <summary>Reads the size of a list, and the type of its items.</summary>
    public (int Count, ThriftType Type) ReadList()
    {
        var head = _bytes[Position++];
        return (head >> 4 is < ThriftWriter.LongList and var count ? count : (int)ReadUnsigned(), (ThriftType)(head & 0xF));
    }

    /// <summary>Reads an integer of any size.</summary>
    public long ReadInteger()
    {
        var value = ReadUnsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>Passes over a field's value.</summary>
    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Byte:
                Position++;
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadUnsigned();
                break;
            case ThriftType.Double:
                Position += sizeof(double);
                break;
            case ThriftType.Binary:
                var length = (int)ReadUnsigned();
                Position += length;
                break;
            case ThriftType.List or ThriftType.Set:
                var (count, item) = ReadList();
                for (; count > 0; count--) SkipItem(item);
                break;
            case ThriftType.Struct:
                for (var id = 0; TryReadField(ref id, out var field);) Skip(field);
                break;
            default:
                throw new InvalidDataException($"A field has the type {(int)type}, which is none of those that are read here.");
        }
    }

    // In a list a boolean has its byte, which a field has not.
    private void SkipItem(ThriftType type)
    {
        if (type is ThriftType.True or ThriftType.False) Position++;
        else Skip(type);
    }

    private ulong ReadUnsigned()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = _bytes[Position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}

/// <summary>The types of values in Thrift's compact protocol.</summary>
internal enum ThriftType
{
    Stop,
    True,
    False,
    Byte,
    Int16,
    Int32,
    Int64,
    Double,
    Binary,
    List,
    Set,
    Map,
    Struct,
}
