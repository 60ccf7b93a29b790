using Serverless.Csv.Schema;

namespace Serverless.Csv.Inference;

/// <summary>A schema that nobody gave.</summary>
/// <param name="Records">How many records were looked at.</param>
/// <param name="Columns">What they told.</param>
public sealed record InferredSchema(long Records, IReadOnlyList<InferredColumn> Columns)
{
    public TableSchema Schema { get; } = new([.. Columns.Select(c => c.Field)]);
}
