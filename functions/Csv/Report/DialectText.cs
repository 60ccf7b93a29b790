using Serverless.Csv.Parsing;

namespace Serverless.Csv.Report;

/// <summary>A dialect in words.</summary>
public sealed record DialectText(string Delimiter, string Quote, bool Header, string Encoding)
{
    internal static DialectText Of(CsvDialect dialect) => new(
        dialect.Delimiter == '\t' ? "tab" : dialect.Delimiter.ToString(),
        dialect.Quote.ToString(),
        dialect.HasHeader,
        EncodingLabels.NameOf(dialect.Encoding));

    /// <summary>What a report says of it, as short texts.</summary>
    internal IEnumerable<string> Facts(bool schemaIsGiven) =>
    [
        Encoding,
        Delimiter switch
        {
            "," => "commas between cells",
            ";" => "semicolons between cells",
            "tab" => "tabs between cells",
            "|" => "bars between cells",
            _ => $"\"{Delimiter}\" between cells",
        },
        Header ? "with a header" : "without a header",
        schemaIsGiven ? "schema given" : "schema inferred",
    ];
}
