using System.Buffers.Binary;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Walks over encoded AMQP values by their sizes alone.</summary>
internal static class AmqpBytes
{
    private const byte Described = 0x00;
    private const byte SmallULong = 0x53;
    private const byte ULong = 0x80;

    /// <summary>Reads a described type's numeric descriptor.</summary>
    /// <exception cref="FormatException">There is none, or it is no known one.</exception>
    public static byte ReadDescriptor(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (Take(bytes, ref at) != Described) throw new FormatException("A section of the message has no descriptor.");
        var code = Take(bytes, ref at) switch
        {
            SmallULong => Take(bytes, ref at),
            ULong => BinaryPrimitives.ReadUInt64BigEndian(Take(bytes, ref at, sizeof(ulong))),
            _ => ulong.MaxValue,
        };
        return code <= byte.MaxValue ? (byte)code : throw new FormatException("A section of the message has an unknown descriptor.");
    }

    /// <summary>Steps over one value, whatever it is.</summary>
    /// <exception cref="FormatException">The bytes end before.</exception>
    public static void Skip(ReadOnlySpan<byte> bytes, ref int at)
    {
        // A described value is a descriptor and a value.
        for (var left = 1; left > 0; left--)
        {
            var code = Take(bytes, ref at);
            if (code == Described) left += 2;
            else Take(bytes, ref at, Size(code, bytes, ref at));
        }
    }

    // The upper half of a format code says how the size is given.
    private static int Size(byte code, ReadOnlySpan<byte> bytes, ref int at) => (code >> 4) switch
    {
        0x4 => 0,
        0x5 => 1,
        0x6 => 2,
        0x7 => 4,
        0x8 => 8,
        0x9 => 16,
        0xA or 0xC or 0xE => Take(bytes, ref at),
        0xB or 0xD or 0xF => BinaryPrimitives.ReadInt32BigEndian(Take(bytes, ref at, sizeof(int))),
        _ => throw new FormatException("The message has a value of an unknown kind."),
    };

    private static byte Take(ReadOnlySpan<byte> bytes, ref int at) => Take(bytes, ref at, 1)[0];

    private static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> bytes, ref int at, int count)
    {
        if (count < 0 || count > bytes.Length - at) throw new FormatException("The message ends in the middle of a value.");
        var taken = bytes.Slice(at, count);
        at += count;
        return taken;
    }
}
