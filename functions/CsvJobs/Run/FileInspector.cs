using System.Globalization;
using Serverless.Csv.Inference;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Sources;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.CsvParsing.Sniffing;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Reads a file's beginning: dialect, header, and a schema when nobody gave one.</summary>
internal static class FileInspector
{
    private const int MaxFaultsShown = 10;
    private const int HeadBytes = 256 << 10;

    /// <summary>Inspects a file, reading as little of it as will do.</summary>
    /// <exception cref="CsvJobException">It does not fit its schema, or cannot be read.</exception>
    public static async Task<FileFacts> InspectAsync(
        IRangeSource source, long size, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await OpenedFile.OpenAsync(source, size, options, cancellationToken);
            return await InspectAsync(file, new SampledSource(source, size), options, schema, cancellationToken);
        }
        catch (Exception e) when (e is CsvFormatException or InvalidDataException)
        {
            throw new CsvJobException(e.Message, e);
        }
    }

    private static async Task<FileFacts> InspectAsync(
        OpenedFile file, SampledSource whole, CsvJobOptions options, TableSchema? schema, CancellationToken cancellationToken)
    {
        var known = options.ToDialectOptions();
        if (file.Packing.Kind == PackingKind.Workbook) known = OfWorkbook(known);
        var sniffed = DialectSniffer.Sniff(
            file.Sample.Span, file.IsWhole, known with { Labels = LabelsOf(schema, options) });
        if (sniffed.IsBinary) throw new CsvJobException("The file holds binary data, not text: it is no CSV file.");

        await using var text = file.OpenText(sniffed.MarkLength);
        using var reader = new CsvRecordReader(text, sniffed.Dialect, sniffed.MarkLength);
        var header = ColumnMap.Apply(await HeaderReader.ReadAsync(reader, sniffed.Dialect, cancellationToken), options.Map);
        if (schema is null && options.ExtraColumns is not null)
            throw new CsvJobException("The option extraColumns says what becomes of columns that the schema does not have: give a schema.");
        var isSequential = file.Packing.Kind != PackingKind.None || !sniffed.Dialect.Encoding.CanStartAnywhere();
        var dataStart = isSequential ? reader.NextPosition : Math.Min(reader.NextPosition, whole.Size);
        if (schema is not null && sniffed.Dialect.HasHeader && header.Names.Count > 0)
            schema = Match(schema, header, options);
        var share = options.InferenceShare ?? SchemaInference.DefaultShare;
        var inferred = schema is null
            ? await SchemaSampler.InferAsync(
                reader, header, sniffed.Dialect, isSequential ? null : whole, file.Packing.Kind, share, options.NullValues ?? [],
                cancellationToken)
            : null;
        return new FileFacts(
            sniffed.Dialect, sniffed.MarkLength, dataStart, header.Lines, (schema ?? inferred!.Schema).WithMissing(
                options.NullValues ?? []), inferred)
        {
            Packing = file.Packing,
            Skipped = header.Skipped,
            HeadHash = isSequential
                ? "" : await HashHeadAsync(file, whole.Source, dataStart, options.Proof ?? HashKind.XxHash128, cancellationToken),
            Notes = [.. Notes(sniffed.Dialect, known, file.Sample.Length > 0, isSchemaGiven: schema is not null),
                .. schema is null && known.HasHeader is null ? Notes(header) : [], .. Notes(inferred),
                .. Notes(schema)],
        };
    }

    private static async Task<string> HashHeadAsync(
        OpenedFile file, IRangeSource source, long length, HashKind kind, CancellationToken cancellationToken)
    {
        if (length <= file.Sample.Length) return ByteHash.Of(kind, file.Sample.Span[..(int)length]);
        await using var pieces = new HashedPieces(await source.OpenAsync(0, length, cancellationToken), kind, HeadBytes);
        return await pieces.HashNextAsync(length, cancellationToken);
    }

    // What was judged from a sample, and changes what comes out if it was judged wrong.
    private static IEnumerable<string> Notes(CsvDialect dialect, DialectOptions known, bool hasRecords, bool isSchemaGiven)
    {
        if (known.HasHeader is null && !dialect.HasHeader && hasRecords)
        {
            yield return $"The first line was taken for a " +
                $"record{(isSchemaGiven ? "" : ", so the columns are named field1, field2 and so on")}: if it is a header, say so with " +
                $"the option header (true).";
        }

        if (known.Encoding is null && dialect.Encoding == CsvEncoding.Windows1252)
            yield return "The file is not UTF-8 and was read as windows-1252: if letters look wrong, name its encoding with the " +
                "option encoding.";
    }

    private static IEnumerable<string> Notes(CsvHeader guessed)
    {
        if (guessed.Names.Count == 0 || !guessed.Names.All(IsNumber)) yield break;
        yield return "The first line was taken for the header, though there are only numbers in it: if it is a record, say so with the " +
            "option header (false).";

        static bool IsNumber(string name) => decimal.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
    }

    private static IEnumerable<string> Notes(InferredSchema? inferred)
    {
        if (inferred?.UnseenFrom is { } unseen)
        {
            yield return $"The types were inferred from the first {unseen >> 20} MiB of the text, as what is behind can only be reached " +
                $"by reading all of it: if the file changes there, give a schema.";
        }
    }

    private static IEnumerable<string> Notes(TableSchema? given)
    {
        if (given is not { UnreadMembers: { Count: > 0 } unread }) yield break;
        yield return $"The schema's {string.Join(", ", unread.Take(MaxFaultsShown).Select(SchemaObject.Shorten))} say nothing here: what " +
            $"is known is {string.Join(", ", SchemaFieldParser.Own)}.";
    }

    // A workbook's cells are written in one dialect, whatever was said of the file's; its rows may still be skipped.
    private static DialectOptions OfWorkbook(DialectOptions known) => known with
    {
        Delimiter = ",",
        Quote = '"',
        Encoding = CsvEncoding.Utf8,
        Escape = CsvDialect.None,
        DoubleQuote = true,
        SkipInitialSpace = false,
    };

    private static List<string>? LabelsOf(TableSchema? schema, CsvJobOptions options) =>
        schema is null && options.Map is null
            ? null : [.. schema?.Fields.Select(f => f.Name) ?? [], .. options.Map?.Select(m => m.Label) ?? []];

    private static TableSchema Match(TableSchema given, CsvHeader header, CsvJobOptions options)
    {
        var schema = ColumnMap.Arrange(given, header, options);
        var faults = HeaderMatcher.Match(schema, header.Names);
        if (faults.Count == 0) return schema;
        var shown = string.Join("; ", faults.Take(MaxFaultsShown).Select(f => $"{f.Code}: {f.Message}"));
        var more = faults.Count > MaxFaultsShown ? "; ..." : "";
        var meant = ColumnMap.Suggest(given, header);
        var advice = options.Header is null ? ". If the first line is a record, say so with the option header (false)" : "";
        throw new CsvJobException($"The header does not fit the schema. {shown}{more}{meant}{advice}");
    }
}
