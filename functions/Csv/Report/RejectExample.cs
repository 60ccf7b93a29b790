using System.Text;
using Azure.Storage.Blobs.Specialized;
using Serverless.CsvParsing;

namespace Serverless.Csv.Report;

/// <summary>A rejected record, as <c>rejects.csv</c> has it.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Line">The line it starts on.</param>
/// <param name="Field">The column at fault; empty when the whole record is.</param>
/// <param name="Code">The error code.</param>
/// <param name="Message">What was expected and found.</param>
/// <param name="Raw">The record's text, cut when it is long.</param>
/// <param name="File">The file that it is in; empty where there is one.</param>
internal sealed record RejectExample(string Row, string Line, string Field, string Code, string Message, string Raw, string File = "")
{
    /// <summary>The number that a report shows.</summary>
    public const int MaxShown = 8;

    private const int MaxBytes = 1 << 20;
    private const int MaxRawLength = 400;

    private static readonly FieldDecoder Decoder = new(new CsvDialect());

    /// <summary>Finds the first record of each reason near the start of <c>rejects.csv</c>.</summary>
    /// <param name="rejects">The blob.</param>
    /// <param name="max">How many, at most.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public static async Task<IReadOnlyList<RejectExample>> FindAsync(BlockBlobClient rejects, int max, CancellationToken cancellationToken)
    {
        await using var stream = await rejects.OpenReadAsync(bufferSize: 64 << 10, cancellationToken: cancellationToken);
        return await FindAsync(stream, hasHeader: true, max, cancellationToken);
    }

    /// <summary>Finds the first record of each reason near the start of lines of <c>rejects.csv</c>.</summary>
    /// <param name="lines">The lines; a last one that is cut off is not taken for one.</param>
    /// <param name="hasHeader">The first line is the header.</param>
    /// <param name="max">How many, at most.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public static async Task<IReadOnlyList<RejectExample>> FindAsync(
        Stream lines, bool hasHeader, int max, CancellationToken cancellationToken)
    {
        var examples = new Dictionary<(string, string), RejectExample>();
        using var reader = new CsvRecordReader(lines, new CsvDialect());
        do
        {
            while (reader.TryRead())
            {
                if ((reader.Row > 1 || !hasHeader) && !reader.Current.Unclosed && Read(reader.Current) is { } example)
                    examples.TryAdd((example.Code, example.Field), example);
                if (examples.Count == max || reader.NextPosition > MaxBytes) return [.. examples.Values];
            }
        }
        while (await reader.FillAsync(cancellationToken));

        return [.. examples.Values];
    }

    // Of several files the name stands before the rest.
    private static RejectExample? Read(CsvRecord record) => record.Fields.Length is 6 or 7 && record.Fields.Length - 6 is var at
        ? new RejectExample(
            Text(record, at), Text(record, at + 1), Text(record, at + 2), Text(record, at + 3), Text(record, at + 4),
            Shorten(record, at + 5), at == 0 ? "" : Text(record, 0))
        : null;

    private static string Text(CsvRecord record, int field) => Decoder.DecodeText(record, field);

    // A raw record may have megabytes, of which nothing is decoded but what is shown.
    private static string Shorten(CsvRecord record, int field)
    {
        var bytes = record[field];
        if (bytes.Length <= 4 * MaxRawLength && Text(record, field) is { Length: <= MaxRawLength } whole) return whole;
        var start = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * MaxRawLength)])
            .Replace("\"\"", "\"", StringComparison.Ordinal);
        return start[..Math.Min(start.Length, MaxRawLength)] + "…";
    }
}
