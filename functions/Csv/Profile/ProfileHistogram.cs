using Serverless.Csv.Values;

namespace Serverless.Csv.Profile;

/// <summary>Makes a histogram of a column's quantiles: ranges need not know the file's minimum and maximum before they are read.</summary>
internal static class ProfileHistogram
{
    private const int Bins = 20;

    /// <summary>At most 20 bins of equal width; fewer for fewer whole numbers; none where all values are the same.</summary>
    public static IReadOnlyList<HistogramBin> Of(QuantileSketch values, FieldType type)
    {
        var (low, high) = (values.Minimum, values.Maximum);
        if (values.Count == 0 || high <= low || !double.IsFinite(high - low)) return [];

        // Bins of whole days or years that do not divide evenly would show a comb that is not in the data.
        var whole = type is not (FieldType.Number or FieldType.Time or FieldType.DateTime);
        var width = whole ? Math.Ceiling((high - low + 1) / Bins) : (high - low) / Bins;
        var count = whole ? (int)Math.Ceiling((high - low + 1) / width) : Bins;
        double[] bounds = [.. Enumerable.Range(0, count).Select(i => low + (i * width))];
        var below = values.CountBelow(bounds);
        return
        [
            .. Enumerable.Range(0, count).Select(i => new HistogramBin(
                ValueMeasure.Format(type, bounds[i]),
                ValueMeasure.Format(type, i + 1 == count ? high : bounds[i + 1] - (whole ? 1 : 0)),
                (i + 1 == count ? values.Count : below[i + 1]) - below[i])),
        ];
    }
}
