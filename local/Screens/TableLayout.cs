using System.Text.RegularExpressions;
using Serverless.Csv.Values;

namespace Serverless.Local.Screens;

/// <summary>A table's cells, cut so that they fit, and its columns' widths.</summary>
internal sealed partial class TableLayout
{
    // What is cut further says nothing any more.
    private const int MinWidth = 8;

    private TableLayout(List<IReadOnlyList<string>> rows)
    {
        Rows = rows;
        Widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        IsNumeric =
            [.. rows[0]
                .Select(
                    (_, column) => rows.Skip(1).Any(row => row[column].Length > 0) && rows.Skip(1)
                        .All(row => row[column].Length == 0 || Number().IsMatch(row[column])))];
    }

    /// <summary>The headings, then the rows.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    public int[] Widths { get; }

    /// <summary>Columns of numbers with their units, which are read from the right.</summary>
    public bool[] IsNumeric { get; }

    /// <summary>Lays a table out.</summary>
    /// <param name="headings">The first row.</param>
    /// <param name="rows">The others.</param>
    /// <param name="room">Characters for all cells of a row together.</param>
    public static TableLayout Of(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows, int room)
    {
        var layout = new TableLayout([headings, .. rows.Select(row => row.Select(VisibleText.Of).ToList())]);
        while (layout.Widths.Sum() > room)
        {
            var widest = Enumerable.Range(0, layout.Widths.Length).Where(i => !layout.IsNumeric[i] && layout.Widths[i] > MinWidth)
                .OrderByDescending(i => layout.Widths[i]).FirstOrDefault(-1);
            if (widest < 0) break;
            layout.Widths[widest]--;
        }

        return layout;
    }

    /// <summary>A cell's text, cut to its column.</summary>
    public string FormatCell(IReadOnlyList<string> row, int column) =>
        row[column].Length <= Widths[column] ? row[column] : row[column][..(Widths[column] - 1)] + "…";

    [GeneratedRegex(@"^-?(< )?[0-9][0-9,.]*( (%|ms|s|min|h|d|bytes|kB|MB|GB|TB))?( ago)?$")]
    private static partial Regex Number();
}
