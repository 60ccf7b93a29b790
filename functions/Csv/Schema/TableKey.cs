namespace Serverless.Csv.Schema;

/// <summary>Columns whose values together may stand in one record only.</summary>
/// <param name="Columns">Their places in the schema.</param>
/// <param name="IsPrimary">The primary key; otherwise a column that is <c>unique</c>.</param>
internal sealed record TableKey(IReadOnlyList<int> Columns, bool IsPrimary);
