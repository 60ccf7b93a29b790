using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Serverless.Csv.Keys;

/// <summary>Hashes the text of a key that is too long to stand in its entry.</summary>
internal delegate UInt128 KeyHashFunction(ReadOnlySpan<byte> text);

/// <summary>The way in which keys become entries.</summary>
/// <param name="MaxInline">Texts of so many bytes stand in their entry as they are; at most <see cref="KeyEntry.MaxInline"/>.</param>
/// <param name="Hash">
/// The hash of longer ones. Two keys that share it are told apart by their texts, so it decides about time and not about results.
/// </param>
internal sealed record KeyHashing(int MaxInline, KeyHashFunction Hash)
{
    /// <summary>The one that jobs use. Nobody can make keys that share it, so nobody can make a job compare all texts.</summary>
    public static KeyHashing Default { get; } = new(KeyEntry.MaxInline, static text =>
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    });
}
