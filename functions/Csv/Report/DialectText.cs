using System.Globalization;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;

namespace Serverless.Csv.Report;

/// <summary>A dialect in words.</summary>
internal sealed record DialectText(string Delimiter, string Quote, bool Header, string Encoding)
{
    /// <summary>Null where there is none.</summary>
    public string? Escape { get; init; }

    /// <summary>Null where there are no comments.</summary>
    public string? Comment { get; init; }

    /// <summary>The lines above the table.</summary>
    public int SkipRows { get; init; }

    internal static DialectText Of(CsvDialect dialect) => new(
        Visible(dialect.Delimiter),
        dialect.Quote == CsvDialect.None ? "none" : dialect.Quote.ToString(),
        dialect.HasHeader,
        EncodingLabels.NameOf(dialect.Encoding))
    {
        Escape = dialect.Escape == CsvDialect.None ? null : dialect.Escape.ToString(),
        Comment = dialect.Comment.Length == 0 ? null : dialect.Comment,
        SkipRows = dialect.SkipRows,
    };

    /// <summary>The dialect in the short texts of a report.</summary>
    internal IEnumerable<string> ListFacts(bool schemaIsGiven) =>
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
        .. SkipRows > 0
            ? [string.Create(CultureInfo.InvariantCulture, $"{SkipRows} {(SkipRows == 1 ? "line" : "lines")} above the table")]
                : (string[])[],
        .. Escape is null ? (string[])[] : [$"escape {Escape}"],
        .. Comment is null ? (string[])[] : [$"comments {Comment}"],
        .. Quote == "none" ? ["without quotes"] : (string[])[],
    ];

    private static string Visible(string delimiter) =>
        delimiter == "\t"
            ? "tab"
                : string.Concat(
                    delimiter.Select(
                        c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}") : c.ToString()));
}
