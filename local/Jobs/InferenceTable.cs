using Serverless.Csv.Summary;
using Serverless.Local.Screens;

namespace Serverless.Local.Jobs;

/// <summary>Words an inferred schema.</summary>
internal static class InferenceTable
{
    private const int MaxColumns = 100;
    private const int MaxNameLength = 40;

    public static IReadOnlyList<string> Headings { get; } = ["Column", "Type", "Written as", "Missing", "Share", "Remark"];

    public static IEnumerable<IReadOnlyList<string>> BuildRows(InferenceSummary inference)
    {
        var rows = inference.Columns.Take(MaxColumns).Select(c => (string[])
            [Texts.Shorten(c.Name, MaxNameLength), c.TypeName, c.Format, Texts.FormatNumber(c.Missing), c.FormatShare(), c.Remark ?? ""]);
        var left = inference.Columns.Count - MaxColumns;
        return left <= 0 ? rows : rows.Append(["...", "", "", "", "", $"and {Texts.FormatNumber(left)} more columns"]);
    }
}
