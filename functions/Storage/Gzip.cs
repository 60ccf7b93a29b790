using System.IO.Compression;

namespace Serverless.Storage;

internal static class Gzip
{
    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest)) gzip.Write(bytes);
        return target.ToArray();
    }

    public static byte[] Decompress(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) gzip.CopyTo(target);
        return target.ToArray();
    }
}
