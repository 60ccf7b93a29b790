using Serverless.Csv.Jobs.Blobs;
using Serverless.Csv.Parsing;
using Serverless.Csv.Ranges;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Reads a file's beginning: dialect, header, and a schema when nobody gave one.</summary>
public static class FileInspector
{
    private const int MaxFaultsShown = 10;

    /// <summary>Inspects a file, reading as little of it as will do.</summary>
    /// <exception cref="CsvJobException">It does not fit its schema, or cannot be read.</exception>
    public static async Task<FileFacts> InspectAsync(
        IRangeSource source, long size, bool isCompressed, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = isCompressed
                ? await GzipSource.OpenAsync(source, size, bomLength: 0, cancellationToken)
                : new RangeStream(source, 0, 0, size, DialectSniffer.SampleBytes);
            return await InspectAsync(stream, size, isCompressed, options, schema, cancellationToken);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<FileFacts> InspectAsync(
        Stream stream, long size, bool isCompressed, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        var sample = new byte[DialectSniffer.SampleBytes];
        var length = await stream.ReadAtLeastAsync(sample, sample.Length, throwOnEndOfStream: false, cancellationToken);
        var known = new DialectOptions(options.Delimiter, options.Quote, options.Header, options.Encoding);
        var sniffed = DialectSniffer.Sniff(sample.AsSpan(0, length), isWhole: length < sample.Length, known);

        await using var text = new PrefixedStream(sample.AsMemory(sniffed.MarkLength, length - sniffed.MarkLength), stream);
        using var reader = new CsvRecordReader(text, sniffed.Dialect, sniffed.MarkLength);
        var header = await HeaderReader.ReadAsync(reader, sniffed.Dialect, cancellationToken);
        var dataStart = isCompressed ? reader.NextPosition : Math.Min(reader.NextPosition, size);
        if (schema is null) schema = await InferAsync(reader, header, sniffed.Dialect, cancellationToken);
        else if (sniffed.Dialect.HasHeader && header.Names.Count > 0) Check(schema, header);
        return new FileFacts(sniffed.Dialect, sniffed.MarkLength, dataStart, header.Lines, schema);
    }

    private static async Task<TableSchema> InferAsync(CsvRecordReader reader, CsvHeader header, CsvDialect dialect, CancellationToken cancellationToken)
    {
        SchemaInference? inference = null;
        do
        {
            while (reader.TryRead())
            {
                // Without a header the first record that is not blank tells how many columns there are.
                if (inference is null && header.Names.Count == 0 && reader.Current.IsBlank) continue;
                inference ??= new SchemaInference(NamesOf(header, reader.Current.Fields.Length), dialect.Quote);
                if (!inference.Add(reader.Current)) return inference.Build();
            }
        }
        while (await reader.FillAsync(cancellationToken));

        inference ??= new SchemaInference(NamesOf(header, 0), dialect.Quote);
        return inference.Build();
    }

    private static IReadOnlyList<string> NamesOf(CsvHeader header, int count) =>
        header.Names.Count > 0 ? HeaderMatcher.Names(header.Names) : HeaderMatcher.Names(count);

    private static void Check(TableSchema schema, CsvHeader header)
    {
        var faults = HeaderMatcher.Match(schema, header.Names);
        if (faults.Count == 0) return;
        var shown = string.Join("; ", faults.Take(MaxFaultsShown).Select(f => $"{f.Code}: {f.Message}"));
        throw new CsvJobException($"The header does not fit the schema. {shown}{(faults.Count > MaxFaultsShown ? "; ..." : "")}");
    }
}
