using Serverless.CsvJobs.Workbooks;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Sources;

/// <summary>A file's text from its start on, whatever it is wrapped in.</summary>
internal static class PackedText
{
    // What the inspection reads of a file, about; a whole file is asked for in pieces that grow.
    private const long FirstPiece = 256 << 10;

    /// <summary>Opens the text behind the byte order mark.</summary>
    /// <param name="source">The file.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="packing">What the text is wrapped in.</param>
    /// <param name="bomLength">The length of the mark in bytes.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static async ValueTask<Stream> OpenAsync(
        IRangeSource source, long size, FilePacking packing, int bomLength, CancellationToken cancellationToken)
    {
        var text = packing.Kind switch
        {
            PackingKind.Gzip => new GzipMembersStream(Raw(source, size)),
            PackingKind.Zip =>
                await ZipFile.OpenMemberAsync(await ZipFile.OpenAsync(source, size, cancellationToken), packing.Part, cancellationToken),
            PackingKind.Workbook => Workbook.OpenSheet(source, size, packing.Part),
            _ => Raw(source, size),
        };
        if (bomLength > 0) await text.ReadExactlyAsync(new byte[bomLength], cancellationToken);
        return text;
    }

    private static RangeStream Raw(IRangeSource source, long size) => new(source, 0, 0, size, (int)Math.Min(FirstPiece, size));
}
