namespace Serverless.Csv.Checks;

/// <summary>The checks of <c>x-checks</c> that hold a column's values against each other, and need a reading of their own.</summary>
/// <param name="Sequences">The columns whose values each are one more than the record's before.</param>
/// <param name="Deviations">The columns whose values should lie near their average.</param>
internal sealed record ColumnChecks(IReadOnlyList<string> Sequences, IReadOnlyList<DeviationCheck> Deviations)
{
    public static ColumnChecks None { get; } = new([], []);

    public bool Any => Sequences.Count > 0 || Deviations.Count > 0;

    /// <summary>The columns that are named.</summary>
    public IEnumerable<string> Fields => Sequences.Concat(Deviations.Select(d => d.Field));
}

/// <summary>Frictionless' <c>deviated-value</c>: a warning where values lie far from the mean.</summary>
/// <param name="Field">The column.</param>
/// <param name="Interval">How many standard deviations are allowed, as plain decimal text.</param>
internal sealed record DeviationCheck(string Field, string Interval);
