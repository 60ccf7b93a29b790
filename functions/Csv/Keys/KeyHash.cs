using System.Buffers.Binary;
using System.Security.Cryptography;
using Serverless.Csv.Output;
using Serverless.Csv.Values;

namespace Serverless.Csv.Keys;

/// <summary>Makes entries of a key's values.</summary>
internal sealed class KeyHash
{
    private readonly PendingBuffer _text = new(256);

    /// <summary>Begins a key.</summary>
    public void Begin() => _text.Truncate(0);

    /// <summary>Adds a value of it.</summary>
    public void Append(FieldType type, ReadOnlySpan<byte> value) => KeyText.Append(_text, type, value);

    /// <summary>Ends the key.</summary>
    /// <param name="position">Where its record starts.</param>
    public KeyEntry End(long position)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_text.Span, hash);
        return new KeyEntry(BinaryPrimitives.ReadUInt64LittleEndian(hash), BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]), position);
    }
}
