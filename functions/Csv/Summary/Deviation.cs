namespace Serverless.Csv.Summary;

/// <summary>A value far from the average of its column.</summary>
/// <param name="Row">The record.</param>
/// <param name="Value">The value.</param>
internal sealed record DeviatedValue(long Row, string Value);

/// <summary>The values of a column that lie far from its average.</summary>
/// <param name="Field">The column.</param>
/// <param name="Count">How many.</param>
/// <param name="Lowest">The lowest value that is not one of them, about.</param>
/// <param name="Highest">The highest value that is not one of them, about.</param>
/// <param name="First">The first of them.</param>
internal sealed record Deviation(string Field, long Count, string Lowest, string Highest, IReadOnlyList<DeviatedValue> First)
{
    /// <summary>Of a column not more values are named.</summary>
    public const int MaxShown = 5;

    public Deviation Merge(Deviation other) => this with
    {
        Count = Count + other.Count,
        First = [.. First.Concat(other.First).OrderBy(f => f.Row).Take(MaxShown)],
    };
}
