using System.Security.Cryptography;
using System.Text;

namespace Serverless.Local.Runtime.Durable;

/// <summary>Version 5 GUIDs (RFC 9562): the same name always makes the same GUID.</summary>
internal static class DeterministicGuid
{
    private static readonly byte[] _namespace = new Guid("6f1c7b52-8a43-4f0e-9d5b-21e3c4a7d860").ToByteArray(bigEndian: true);

    public static Guid Create(string name)
    {
#pragma warning disable CA5350 // The format prescribes SHA-1; nothing secret depends on it.
        var hash = SHA1.HashData([.. _namespace, .. Encoding.UTF8.GetBytes(name)]).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
