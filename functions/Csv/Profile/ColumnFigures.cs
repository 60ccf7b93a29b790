using Serverless.Csv.Values;

namespace Serverless.Csv.Profile;

/// <summary>
/// A column's profile as a report shows it. Values stand in canonical form: numbers, dates, times; of a text its length in characters is
/// measured.
/// </summary>
/// <param name="Name">The column.</param>
/// <param name="Type">Its type.</param>
/// <param name="Count">Accepted values.</param>
/// <param name="Missing">Accepted records without a value.</param>
/// <param name="Distinct">Different values.</param>
/// <param name="IsDistinctExact">False: <paramref name="Distinct"/> is an estimate with a standard error below 2 %.</param>
/// <param name="Minimum">The smallest value, or the shortest text's length, to 15 digits.</param>
/// <param name="Maximum">The largest one.</param>
/// <param name="Mean">The mean of numbers or lengths.</param>
/// <param name="StandardDeviation">The sample's, of numbers or lengths.</param>
/// <param name="Quantiles">Of numbers, dates, times or lengths; exact for few values, else within about 1 % of the ranks.</param>
/// <param name="Frequent">The most frequent values; only those that surely are.</param>
/// <param name="Histogram">Bins of equal width between <paramref name="Minimum"/> and <paramref name="Maximum"/>.</param>
internal sealed record ColumnFigures(
    string Name,
    FieldType Type,
    long Count,
    long Missing,
    long Distinct,
    bool IsDistinctExact,
    string? Minimum,
    string? Maximum,
    double? Mean,
    double? StandardDeviation,
    ColumnQuantiles? Quantiles,
    IReadOnlyList<FrequentValue> Frequent,
    IReadOnlyList<HistogramBin> Histogram)
{
    internal const int FrequentShown = 5;
}

/// <summary>The values that 5, 25, 50, 75 and 95 % of the values do not exceed.</summary>
internal sealed record ColumnQuantiles(string P5, string P25, string P50, string P75, string P95);

/// <summary>The number of values from each bound to the next one; the last bin has both of its bounds.</summary>
internal sealed record HistogramBin(string From, string To, long Count);
