namespace Serverless.Csv.Inference;

/// <summary>The words that people and programs write where there is no value.</summary>
internal static class MissingWords
{
    private const int MaxLength = 9;

    private static readonly string[] All =
    [
        "NULL", "null", "Null", "(null)", "<null>", "N/A", "n/a", "#N/A", "NA", "na", "N.A.", "n.a.", "<NA>", "\\N", "nan", "NaN", "NAN",
        "-nan", "None", "none", "NONE",
        "nil", "Nil", "NIL", "-", "--", "---", "–", "—", "?", ".", "(blank)", "(empty)", "missing",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Known =
        new HashSet<string>(All, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool TryFind(ReadOnlySpan<char> text, out string word)
    {
        word = "";
        return text.Length <= MaxLength && Known.TryGetValue(text, out word!);
    }
}
