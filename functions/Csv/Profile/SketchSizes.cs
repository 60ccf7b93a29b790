namespace Serverless.Csv.Profile;

/// <summary>
/// The sizes of a column's sketches, and with that how exact they are. A table's profile stays below about 30 MB in memory, however
/// many columns it has; profiles that are merged have the same sizes, for they come from the same schema.
/// </summary>
/// <param name="Exact">Distinct values up to this many are counted exactly.</param>
/// <param name="Precision">Beyond, the sketch has 2^precision registers: the standard error is 1.04 / 2^(precision / 2).</param>
/// <param name="Counters">Frequent values that are kept: a count is too low by at most 2 / counters of all values.</param>
/// <param name="Top">The quantiles' largest level: up to this many values they are exact; beyond, ranks are off by about 4 / top.</param>
internal readonly record struct SketchSizes(int Exact, int Precision, int Counters, int Top)
{
    private const int ManyColumns = 300;

    /// <summary>0.81 % of the distinct values, 0.8 % of all values in a count, 1 % in a rank.</summary>
    public static SketchSizes Full { get; } = new(512, 14, 256, 400);

    /// <summary>1.6 % of the distinct values, 6 % of all values in a count, 3 % in a rank.</summary>
    public static SketchSizes Small { get; } = new(64, 12, 32, 150);

    /// <summary>The sizes for a table of so many columns.</summary>
    public static SketchSizes For(int columns) => columns <= ManyColumns ? Full : Small;
}
