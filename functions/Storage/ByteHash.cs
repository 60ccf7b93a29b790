using System.IO.Hashing;
using System.Security.Cryptography;

namespace Serverless.Storage;

/// <summary>The hash of bytes that come in pieces.</summary>
internal sealed class ByteHash(HashKind kind) : IDisposable
{
    private readonly XxHash128? _fast = kind == HashKind.XxHash128 ? new XxHash128() : null;
    private readonly IncrementalHash? _sha = kind == HashKind.Sha256 ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    /// <summary>The bytes since the last end.</summary>
    public long Length { get; private set; }

    /// <summary>The hash of bytes that are at hand, in hexadecimal digits.</summary>
    public static string Of(HashKind kind, ReadOnlySpan<byte> bytes) =>
        Convert.ToHexStringLower(kind == HashKind.Sha256 ? SHA256.HashData(bytes) : XxHash128.Hash(bytes));

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        _fast?.Append(bytes);
        _sha?.AppendData(bytes);
    }

    /// <summary>The hash of all since the last end, in hexadecimal digits; from here on it is another's.</summary>
    public string End()
    {
        Length = 0;
        return Convert.ToHexStringLower(_fast?.GetHashAndReset() ?? _sha!.GetHashAndReset());
    }

    public void Dispose() => _sha?.Dispose();
}
