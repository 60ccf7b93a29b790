using System.Globalization;
using Serverless.Csv.Profile;
using Serverless.Csv.Values;
using Serverless.Rendering;

namespace Serverless.Csv.Report;

/// <summary>Words a column's profile.</summary>
internal static class ReportColumns
{
    public static ReportColumn Describe(ColumnFigures column)
    {
        var all = column.Count + column.Missing;
        return new ReportColumn(
            column.Name,
            FieldTypes.Format(column.Type),
            column.Count,
            column.Missing,
            all > 0 ? column.Missing / (double)all : 0,
            (column.IsDistinctExact ? "" : "≈ ") + ReportText.Count(column.Distinct),
            Word(column.Type, column.Minimum),
            Word(column.Type, column.Quantiles?.P50),
            Word(column.Type, column.Maximum),
            column.Mean is { } mean ? ReportText.FormatNumber(mean) : "",
            column.StandardDeviation is { } deviation and > 0 ? ReportText.FormatNumber(deviation) : "",
            Draw(column),
            [.. Telling(column)
                .Select(v => new ReportValue(v.Value.Length > 0 ? v.Value : "\"\"", Count(v), v.Count / (double)column.Count))]);
    }

    // Where nearly every value is its own, the most frequent ones say nothing.
    private static IEnumerable<FrequentValue> Telling(ColumnFigures column) =>
        column.Distinct <= ColumnFigures.FrequentShown
            ? column.Frequent : column.Frequent.Where(v => v.Count > 1 && v.Count >= column.Count / 1_000);

    private static string Count(FrequentValue value) =>
        value.AtMost == value.Count ? ReportText.Count(value.Count) : $"≥ {ReportText.Count(value.Count)}";

    /// <summary>Words a value of a column as every number and time of a report is written; of texts it is the length.</summary>
    public static string Word(FieldType type, string? value) => (type, value) switch
    {
        (_, null) => "",
        (FieldType.Integer, _) => long.TryParse(value, CultureInfo.InvariantCulture, out var whole) ? ReportText.Count(whole) : value,
        (FieldType.Number, _) => double.TryParse(value, CultureInfo.InvariantCulture, out var number)
            ? ReportText.FormatNumber(number) : value,
        (FieldType.String or FieldType.Any, _) => value + (value == "1" ? " character" : " characters"),
        _ => value.Replace('T', ' '),
    };

    private static string Draw(ColumnFigures column)
    {
        if (column.Histogram.Count < 2) return "";
        var unit = column.Type is FieldType.String or FieldType.Any ? " characters" : "";
        return SvgHistogram.Draw(
            [.. column.Histogram.Select(
                b => new SvgBin(b.Count, $"{(b.From == b.To ? b.From : $"{b.From} to {b.To}")}{unit}: {ReportText.Count(b.Count)}"))],
            $"Distribution of {column.Name}");
    }
}
