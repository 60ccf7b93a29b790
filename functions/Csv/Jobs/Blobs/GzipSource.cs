using System.IO.Compression;
using Serverless.Csv.Ranges;

namespace Serverless.Csv.Jobs.Blobs;

/// <summary>A compressed file's text.</summary>
internal static class GzipSource
{
    // What the inspection reads of a file, about; a whole file is asked for in pieces that grow.
    private const long FirstPiece = 256 << 10;

    /// <summary>Opens the text behind the byte order mark.</summary>
    public static async ValueTask<Stream> OpenAsync(IRangeSource source, long size, int bomLength, CancellationToken cancellationToken)
    {
        var raw = new RangeStream(source, 0, 0, size, (int)Math.Min(FirstPiece, size));
        var text = new GZipStream(raw, CompressionMode.Decompress);
        if (bomLength > 0) await text.ReadExactlyAsync(new byte[bomLength], cancellationToken);
        return text;
    }
}
