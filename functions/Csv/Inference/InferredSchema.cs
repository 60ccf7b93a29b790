using Serverless.Csv.Schema;

namespace Serverless.Csv.Inference;

/// <summary>A schema that nobody gave.</summary>
/// <param name="Records">How many records were looked at.</param>
/// <param name="Columns">What they told.</param>
internal sealed record InferredSchema(long Records, IReadOnlyList<InferredColumn> Columns)
{
    /// <summary>
    /// From which byte of the text on nothing was looked at, where that was too far from its start; null when all of it was in reach.
    /// </summary>
    public long? UnseenFrom { get; init; }

    public TableSchema Schema { get; } = new([.. Columns.Select(c => c.Field)]);
}
