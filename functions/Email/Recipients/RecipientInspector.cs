using Serverless.CsvParsing;
using Serverless.CsvParsing.Sniffing;

namespace Serverless.Email.Recipients;

/// <summary>Finds out from a list's beginning how it is written.</summary>
internal static class RecipientInspector
{
    private const int MaxNamesShown = 20;
    private const string Expected = "A list is a CSV with a header, or JSON Lines such as {\"to\": \"ada@example.org\"}.";

    /// <summary>JSON Lines when it starts with an object, else a CSV whose header has the column <c>to</c>.</summary>
    /// <param name="sample">The list's first bytes: <see cref="DialectSniffer.SampleBytes"/> of them, where there are so many.</param>
    /// <param name="isWhole">Nothing follows the sample.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="MailJobException">It is neither.</exception>
    public static async Task<RecipientFormat> InspectAsync(ReadOnlyMemory<byte> sample, bool isWhole, CancellationToken cancellationToken)
    {
        var mark = sample.Span.StartsWith("\ufeff"u8) ? "\ufeff"u8.Length : 0;
        if (sample.Span[mark..].TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return new RecipientFormat(mark, null, null);

        if (FileKind.FindPackedToo(sample.Span) is { } kind) throw NoList(kind);
        var sniffed = DialectSniffer.Sniff(sample.Span, isWhole, new DialectOptions(HasHeader: true));
        if (sniffed.IsBinary) throw NoList("binary data");
        using var text = new MemoryStream(sample[sniffed.MarkLength..].ToArray());
        using var reader = new CsvRecordReader(text, sniffed.Dialect, sniffed.MarkLength);
        var header = await HeaderReader.ReadAsync(reader, sniffed.Dialect, cancellationToken);
        if (header.Names.Select(RecipientColumns.NameOf).Contains(RecipientColumns.To))
            return new RecipientFormat(header.FirstRecord, header.Names, sniffed.Dialect);

        throw new MailJobException(
            $"The list has no column \"to\"; its first line is: {string.Join(", ", header.Names.Take(MaxNamesShown))}. {Expected}");
    }

    private static MailJobException NoList(string kind) => new($"The list is {kind}. {Expected}");
}
