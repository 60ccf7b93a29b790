using Serverless.Csv.Summary;
using Serverless.Local.Screens;

namespace Serverless.Local.Jobs;

/// <summary>Words an inferred schema.</summary>
internal static class InferenceTable
{
    private const int MostColumns = 100;
    private const int LongestName = 40;

    public static IReadOnlyList<string> Headings { get; } = ["Column", "Type", "Written as", "Missing", "Share", "Remark"];

    public static IEnumerable<IReadOnlyList<string>> Rows(InferenceSummary inference)
    {
        var rows = inference.Columns.Take(MostColumns).Select(c => (string[])
            [Texts.Short(c.Name, LongestName), c.TypeName, c.Format, Texts.Number(c.Missing), c.ShareText(), c.Remark ?? ""]);
        var left = inference.Columns.Count - MostColumns;
        return left <= 0 ? rows : rows.Append(["...", "", "", "", "", $"and {Texts.Number(left)} more columns"]);
    }
}
