using Serverless.CsvParsing;
using Serverless.CsvParsing.Sniffing;

namespace Serverless.CsvJobs.Sources;

/// <summary>A file that was opened and found to hold text, as far as its first bytes tell.</summary>
/// <param name="packing">What the text is wrapped in.</param>
/// <param name="sample">The text's first bytes.</param>
/// <param name="isWhole">Nothing follows the sample.</param>
/// <param name="rest">The text behind it.</param>
internal sealed class OpenedFile(FilePacking packing, ReadOnlyMemory<byte> sample, bool isWhole, Stream rest) : IAsyncDisposable
{
    public FilePacking Packing => packing;

    public ReadOnlyMemory<byte> Sample => sample;

    public bool IsWhole => isWhole;

    /// <summary>Opens a file; a plain one is asked for once.</summary>
    /// <exception cref="CsvJobException">It is no table, or several and none was asked for.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static async Task<OpenedFile> OpenAsync(
        IRangeSource source, long size, CsvJobOptions options, CancellationToken cancellationToken)
    {
        var raw = await ReadAsync(FilePacking.None, new RangeStream(source, 0, 0, size, DialectSniffer.SampleBytes), cancellationToken);
        if (FileKind.IsGzip(raw.Sample.Span))
        {
            await raw.DisposeAsync();
            return await UnpackAsync(source, size, new FilePacking(PackingKind.Gzip), "gzip file", options, cancellationToken);
        }

        if (FileKind.IsZip(raw.Sample.Span))
        {
            await raw.DisposeAsync();
            FilePacking packing;
            await using (var archive = await ZipFile.OpenAsync(source, size, cancellationToken))
                packing = ZipFile.Choose(source, size, archive, options);
            return await UnpackAsync(source, size, packing, "zip archive", options, cancellationToken);
        }

        Check(options, FilePacking.None);
        if (FileKind.Find(raw.Sample.Span) is not { } kind) return raw;
        await raw.DisposeAsync();
        throw new CsvJobException($"The file is {kind}, not CSV.");
    }

    /// <summary>The text behind its byte order mark.</summary>
    public PrefixedStream OpenText(int bomLength) => new(sample[bomLength..], rest);

    public ValueTask DisposeAsync() => rest.DisposeAsync();

    private static async Task<OpenedFile> UnpackAsync(
        IRangeSource source, long size, FilePacking packing, string outside, CsvJobOptions options, CancellationToken cancellationToken)
    {
        Check(options, packing);
        var file = await ReadAsync(
            packing, await PackedText.OpenAsync(source, size, packing, bomLength: 0, cancellationToken), cancellationToken);
        if (packing.Kind == PackingKind.Workbook || Inside(file.Sample.Span) is not { } inside) return file;
        await file.DisposeAsync();
        throw new CsvJobException($"The {outside} holds {inside}, not CSV: unpack it first.");
    }

    private static string? Inside(ReadOnlySpan<byte> sample) =>
        FileKind.IsGzip(sample) ? "a gzip file" : FileKind.IsZip(sample)
            ? "a zip archive or an Office document" : FileKind.Find(sample);

    private static void Check(CsvJobOptions options, FilePacking packing)
    {
        if (options.Member is not null && packing.Kind != PackingKind.Zip)
            throw new CsvJobException("The option member is for zip archives, and the file is none.");
        if (options.Sheet is not null && packing.Kind != PackingKind.Workbook)
            throw new CsvJobException("The option sheet is for Excel workbooks, and the file is none.");
    }

    private static async Task<OpenedFile> ReadAsync(FilePacking packing, Stream text, CancellationToken cancellationToken)
    {
        try
        {
            var sample = new byte[DialectSniffer.SampleBytes];
            var length = await text.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellationToken);
            return new OpenedFile(packing, sample.AsMemory(0, length), isWhole: length < sample.Length, text);
        }
        catch
        {
            await text.DisposeAsync();
            throw;
        }
    }
}
