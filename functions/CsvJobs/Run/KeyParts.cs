using System.Globalization;

namespace Serverless.CsvJobs.Run;

/// <summary>The names of the part blobs of the search for duplicate keys.</summary>
internal static class KeyParts
{
    /// <summary>All duplicates of the file.</summary>
    public const string Duplicates = "duplicates";

    /// <summary>The duplicates of each slot and pass start with this.</summary>
    public const string FoundPrefix = "found-";

    /// <summary>The bounds of columns whose values should lie near their average.</summary>
    public const string Bounds = "bounds.json";

    /// <summary>The findings of a range in the columns whose values are held against each other.</summary>
    public static string NameColumns(long start, long first) => Of(start, first) + ".columns";

    /// <summary>The findings of all ranges up to a fold.</summary>
    public static string FoldColumns(int fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold:D6}.columns");

    public static string NameEntries(long start, long first) => Of(start, first) + ".keys";

    public static string NameCounts(long start, long first) => Of(start, first) + ".keycounts";

    public static string Fold(int fold) => string.Create(CultureInfo.InvariantCulture, $"fold-{fold:D6}.keycounts");

    public static string NameFound(int slot, int pass) => string.Create(CultureInfo.InvariantCulture, $"{FoundPrefix}{slot:D6}-{pass:D6}");

    private static string Of(long start, long first) => string.Create(CultureInfo.InvariantCulture, $"{start:x16}-{first:x16}");
}
