using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Tokens of message locks. One carries its message's sequence number, so that no index is needed to find the message.</summary>
internal static class LockToken
{
    private const int Size = 16;

    public static Guid Create(long sequenceNumber)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, sequenceNumber);
        RandomNumberGenerator.Fill(bytes[sizeof(long)..]);
        return new Guid(bytes);
    }

    public static long ReadSequenceNumber(Guid token)
    {
        Span<byte> bytes = stackalloc byte[Size];
        token.TryWriteBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
