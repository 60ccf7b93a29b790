using System.Security.Cryptography;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>The texts that stand for masked values.</summary>
/// <param name="kind">What they are.</param>
/// <param name="key">The key of hashes; without one nothing tells values apart.</param>
internal sealed class MaskText(MaskKind kind, byte[]? key)
{
    /// <summary>The text in the place of a value that must not be seen.</summary>
    public const string Hidden = "***";

    // Half of an HMAC-SHA256, as RFC 2104 allows: 128 bits are enough to tell all values of the world apart.
    private const int HashBytes = 16;

    private readonly byte[] _text = new byte[2 * HashBytes];

    /// <summary>The text for a value; the next call overwrites it.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> value)
    {
        if (kind == MaskKind.Mask || key is null) return "***"u8;
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, value, hash);
        Convert.TryToHexStringLower(hash[..HashBytes], _text, out _);
        return _text;
    }
}
