using Serverless.Csv.Jobs.Sources;
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
        IRangeSource source, long size, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await OpenedFile.OpenAsync(source, size, options, cancellationToken);
            return await InspectAsync(file, size, options, schema, cancellationToken);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<FileFacts> InspectAsync(
        OpenedFile file, long size, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        var known = new DialectOptions(options.Delimiter, options.Quote, options.Header, options.Encoding);
        if (file.Packing.Kind == PackingKind.Workbook) known = known with { Delimiter = ',', Quote = '"', Encoding = CsvEncoding.Utf8 };
        var sniffed = DialectSniffer.Sniff(file.Sample.Span, file.IsWhole, known with { Labels = schema?.Fields.Select(f => f.Name).ToList() });
        if (sniffed.IsBinary) throw new CsvJobException("The file holds binary data, not text: it is no CSV file.");

        await using var text = file.Text(sniffed.MarkLength);
        using var reader = new CsvRecordReader(text, sniffed.Dialect, sniffed.MarkLength);
        var header = await HeaderReader.ReadAsync(reader, sniffed.Dialect, cancellationToken);
        var dataStart = file.Packing.Kind != PackingKind.None || !sniffed.Dialect.Encoding.CanStartAnywhere() ? reader.NextPosition : Math.Min(reader.NextPosition, size);
        if (schema is null) schema = await InferAsync(reader, header, sniffed.Dialect, cancellationToken);
        else if (sniffed.Dialect.HasHeader && header.Names.Count > 0) Check(schema, header, isGuess: options.Header is null);
        return new FileFacts(sniffed.Dialect, sniffed.MarkLength, dataStart, header.Lines, schema)
        {
            Packing = file.Packing,
            Notes = [.. Notes(sniffed.Dialect, known, reader.Row > 0)],
        };
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

    // What was judged from a sample, and changes what comes out if it was judged wrong.
    private static IEnumerable<string> Notes(CsvDialect dialect, DialectOptions known, bool hasRecords)
    {
        if (known.HasHeader is null && !dialect.HasHeader && hasRecords)
            yield return "The first line looks like a record, so the columns are named field1, field2 and so on: if it is a header, say so with the option header (true).";
        if (known.Encoding is null && dialect.Encoding == CsvEncoding.Windows1252)
            yield return "The file is not UTF-8 and was read as windows-1252: if letters look wrong, name its encoding with the option encoding.";
    }

    private static void Check(TableSchema schema, CsvHeader header, bool isGuess)
    {
        var faults = HeaderMatcher.Match(schema, header.Names);
        if (faults.Count == 0) return;
        var shown = string.Join("; ", faults.Take(MaxFaultsShown).Select(f => $"{f.Code}: {f.Message}"));
        throw new CsvJobException($"The header does not fit the schema. {shown}{(faults.Count > MaxFaultsShown ? "; ..." : "")}{(isGuess ? ". If the first line is a record, say so with the option header (false)" : "")}");
    }
}
