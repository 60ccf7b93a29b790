namespace Serverless.Csv.Parsing;

/// <summary>What is known of a file's dialect; null where it is to be found out.</summary>
public sealed record DialectOptions(char? Delimiter = null, char? Quote = null, bool? HasHeader = null, CsvEncoding? Encoding = null)
{
    /// <summary>What the columns are called: a first line that says exactly this is the header.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
