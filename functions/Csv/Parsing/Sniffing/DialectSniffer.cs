namespace Serverless.Csv.Parsing;

/// <summary>Finds out from a file's first bytes how it is written.</summary>
public static class DialectSniffer
{
    /// <summary>How much of a file is worth fetching for it.</summary>
    public const int SampleBytes = 256 * 1024;

    /// <summary>In the order of preference where nothing else decides.</summary>
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>
    /// Takes of the delimiters <c>, ; tab |</c> the one by which the records have the same number of fields and the cells look whole; a
    /// comma where none divides. The quote is <c>"</c>, unless only <c>'</c> encloses cells and always both ends of them.
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
        var best = Best(text, isWhole, known);
        var dialect = best.Dialect with { HasHeader = known.HasHeader ?? HeaderJudge.HasHeader(best.Records, known.Labels), Encoding = encoding };
        return new SniffedDialect(dialect, mark) { IsBinary = BinaryText.Is(text, isUtf8: encoding != CsvEncoding.Windows1252 || known.Encoding is not null) };
    }

    private static SampledRecords Best(byte[] text, bool isWhole, DialectOptions known)
    {
        var delimiters = known.Delimiter is { } delimiter ? [delimiter] : Delimiters.Where(d => d != known.Quote).ToArray();
        if (known.Quote is { } quote) return Best(text, isWhole, delimiters, quote);

        var usual = Best(text, isWhole, delimiters, delimiters is ['"'] ? '\'' : '"');
        if (usual.QuotedCells > 0 || !text.AsSpan().Contains((byte)'\'') || delimiters is ['\'']) return usual;

        var single = Best(text, isWhole, delimiters, '\'');
        return single.QuotedCells > 1 && single.OddlyQuotedCells == 0 ? single : usual;
    }

    private static SampledRecords Best(byte[] text, bool isWhole, char[] delimiters, char quote) => delimiters
        .Select(delimiter => SampledRecords.Read(text, isWhole, delimiter, quote))
        .OrderByDescending(sampled => sampled.Judge(Delimiters.Where(d => d != sampled.Dialect.Delimiter).ToArray()))
        .First();

    private static byte[] ToUtf8(ReadOnlySpan<byte> raw, CsvEncoding encoding, bool isWhole)
    {
        if (encoding == CsvEncoding.Utf8) return raw.ToArray();

        var text = new byte[Transcoders.MaxLength(raw.Length)];
        var (_, written) = Transcoders.For(encoding).Transcode(raw, isWhole, text);
        return text[..written];
    }
}
