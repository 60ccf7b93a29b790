using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>Finds out from a file's first bytes how it is written.</summary>
internal static class DialectSniffer
{
    /// <summary>The part of a file that is worth fetching for it, in bytes.</summary>
    public const int SampleBytes = 256 * 1024;

    private const char Backslash = '\\';

    /// <summary>In the order of preference where nothing else decides. The control characters are Hive's and ASCII's own.</summary>
    private static readonly string[] Delimiters = [",", ";", "\t", "|", "\u0001", "\u001F"];

    /// <summary>
    /// Takes of the delimiters <c>, ; tab | Ctrl-A || ::</c> the one by which the records have the same number of fields and the cells look
    /// whole; a comma where none divides. The quote is <c>"</c>, unless only <c>'</c> encloses cells and always both ends of them. A line
    /// <c>sep=;</c>, title lines before the header, a backslash before quotes and comment lines are found where nothing else explains the
    /// text.
    /// </summary>
    /// <param name="sample">The file's first bytes.</param>
    /// <param name="isWhole">Nothing follows the sample: its last record counts as well.</param>
    /// <param name="known">What need not be found out.</param>
    /// <exception cref="ArgumentException">What is known makes no dialect.</exception>
    public static SniffedDialect Sniff(ReadOnlySpan<byte> sample, bool isWhole, DialectOptions known)
    {
        var encoding = EncodingDetector.Detect(sample, known.Encoding);
        var mark = EncodingDetector.MarkLength(sample, encoding);
        var text = ToUtf8(sample[mark..], encoding, isWhole);

        var skipped = known.SkipRows ?? 0;
        if (known.SkipRows is null && SeparatorLine.Find(text) is { } delimiter)
        {
            known = known with { Delimiter = known.Delimiter ?? delimiter };
            skipped = 1;
        }

        var findsTitles = known.SkipRows is null && skipped == 0 && known.HasHeader != false;
        var best = Best(new Sample(SampleLines.Skip(text, skipped), isWhole, findsTitles, known.Labels), known);
        var dialect = best.Dialect with
        {
            HasHeader = known.HasHeader ?? HeaderDetector.HasHeader(best.Table, known.Labels),
            Encoding = encoding,
            SkipRows = skipped + best.TitleLines,
            HeaderRows = known.HeaderRows,
            HeaderJoin = known.HeaderJoin,
        };
        return new SniffedDialect(
            dialect, mark)
        { IsBinary = BinaryText.Is(text, isUtf8: encoding != CsvEncoding.Windows1252 || known.Encoding is not null) };
    }

    /// <summary>The text of which the dialect is to be found out.</summary>
    private sealed record Sample(byte[] Text, bool IsWhole, bool FindsTitles, IReadOnlyList<string>? Labels)
    {
        public SampledRecords Read(CsvDialect dialect) => SampledRecords.Read(Text, IsWhole, dialect, FindsTitles, Labels);
    }

    private static SampledRecords Best(Sample sample, DialectOptions known)
    {
        var like = new CsvDialect
        {
            Escape = known.Escape ?? CsvDialect.None,
            IsEscapeGiven = known.Escape is not null,
            DoubleQuote = known.DoubleQuote ?? true,
            Comment = known.Comment ?? "",
            SkipInitialSpace = known.SkipInitialSpace,
        };
        var best = ByQuote(sample, like, known);
        if (known.Comment is not null || !SampleLines.AnyStartsWith(sample.Text, CommentFinder.Mark)) return best;

        var without = ByQuote(sample, like with { Comment = CommentFinder.Mark }, known);
        return CommentFinder.FindColumns(best, without) is { } columns
            ? sample.Read(without.Dialect with { CommentColumns = columns })
            : best;
    }

    private static SampledRecords ByQuote(Sample sample, CsvDialect like, DialectOptions known)
    {
        if (known.Quote is { } quote) return ByEscape(sample, like with { Quote = quote }, known);

        var taken = $"{known.Delimiter}{known.Comment}{known.Escape}";
        var usual = ByEscape(sample, like with { Quote = taken.Contains('"', StringComparison.Ordinal) ? '\'' : '"' }, known);
        if (usual.QuotedCells > 0 || !sample.Text.AsSpan().Contains((byte)'\'') || taken.Contains('\'', StringComparison.Ordinal))
            return usual;

        var single = ByEscape(sample, like with { Quote = '\'' }, known);
        return single.QuotedCells > 1 && single.OddlyQuotedCells == 0 ? single : usual;
    }

    /// <summary>A backslash is the escape if it explains every quote that would stand in the wrong place without.</summary>
    private static SampledRecords ByEscape(Sample sample, CsvDialect like, DialectOptions known)
    {
        var plain = ByDelimiter(sample, like, known);
        if (known.Escape is not null || like.Quote is CsvDialect.None or Backslash || plain.OddlyQuotedCells == 0) return plain;
        if (sample.Text.AsSpan().IndexOf([(byte)Backslash, (byte)like.Quote]) < 0
            || known.Delimiter?.Contains(Backslash, StringComparison.Ordinal) == true) return plain;

        var escaped = ByDelimiter(sample, like with { Escape = Backslash }, known);
        return escaped.QuotedCells > 0 && escaped.OddlyQuotedCells == 0 ? escaped : plain;
    }

    private static SampledRecords ByDelimiter(Sample sample, CsvDialect like, DialectOptions known)
    {
        if (known.Delimiter is { } delimiter) return sample.Read(like with { Delimiter = delimiter });

        var usable = Delimiters.Where(
            d => d[0] != like.Quote && d[0] != like.Escape && (like.Comment.Length == 0 || d[0] != like.Comment[0])).ToArray();
        var best = usable
            .Select(d => sample.Read(like with { Delimiter = d }))
            .OrderByDescending(sampled => sampled.Judge([.. usable.Where(d => d != sampled.Dialect.Delimiter).Select(d => d[0])]))
            .First();
        if (best.Dialect.Delimiter == "|" && best.IsEverySecondColumnEmpty()) return sample.Read(like with { Delimiter = "||" });
        if (best.Judge([]).Columns > 1 || sample.Text.AsSpan().IndexOf("::"u8) < 0 || like.Quote == ':' || like.Comment.StartsWith(':'))
            return best;

        // Addresses and times have two colons, too: a table has them in every line, the first one included.
        var colons = sample.Read(like with { Delimiter = "::" });
        return colons.Records.Count > 1 && colons.Records[0].Length > 2
            && colons.Records.TrueForAll(r => r.Length == colons.Records[0].Length) ? colons : best;
    }

    private static byte[] ToUtf8(ReadOnlySpan<byte> raw, CsvEncoding encoding, bool isWhole)
    {
        if (encoding == CsvEncoding.Utf8) return raw.ToArray();

        var text = new byte[Transcoders.CalculateMaxLength(raw.Length)];
        var (_, written) = Transcoders.For(encoding).Transcode(raw, isWhole, text);
        return text[..written];
    }
}
