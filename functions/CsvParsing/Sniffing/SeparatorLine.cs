namespace Serverless.CsvParsing.Sniffing;

/// <summary>The line <c>sep=;</c> with which Excel is told the delimiter.</summary>
internal static class SeparatorLine
{
    private const string Start = "sep=";

    /// <summary>The delimiter that a text's first line names; null where it is no such line.</summary>
    public static string? Find(ReadOnlySpan<byte> text)
    {
        if (SampleLines.FindFirst(text) is not { } line) return null;
        if (line is ['"', .., '"']) line = line[1..^1];
        if (!line.StartsWith(Start, StringComparison.OrdinalIgnoreCase)) return null;

        var delimiter = line[Start.Length..];
        if (string.Equals(delimiter, "\\t", StringComparison.OrdinalIgnoreCase)
            || string.Equals(delimiter, "tab", StringComparison.OrdinalIgnoreCase)) return "\t";

        // A column "sep=a" is one; a header of one column has no delimiter behind its name.
        return CsvDialect.IsUsable(delimiter) && !delimiter.Any(c => char.IsLetterOrDigit(c) || c is '"' or '\'' or '_') ? delimiter : null;
    }
}
