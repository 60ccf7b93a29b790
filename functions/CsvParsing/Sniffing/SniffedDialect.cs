namespace Serverless.CsvParsing.Sniffing;

/// <summary>The form of a file, as far as its first bytes tell.</summary>
/// <param name="Dialect">Delimiter, quote, header and encoding.</param>
/// <param name="MarkLength">The bytes of the byte order mark, behind which the first record starts.</param>
internal sealed record SniffedDialect(CsvDialect Dialect, int MarkLength)
{
    /// <summary>True when the content, read in this encoding, is no text.</summary>
    public bool IsBinary { get; init; }
}
