using System.Security.Cryptography;
using System.Text;

namespace Serverless.Storage;

/// <summary>A short name for content: the same parts give the same one.</summary>
internal static class ContentHash
{
    /// <summary>32 hexadecimal digits for these parts, each part apart from its neighbours.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}
