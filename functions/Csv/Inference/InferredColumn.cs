using Serverless.Csv.Schema;

namespace Serverless.Csv.Inference;

/// <summary>A column as its sample tells it.</summary>
/// <param name="Field">The column.</param>
/// <param name="Missing">Sampled cells without a value.</param>
/// <param name="Share">The share of the sampled values that are of the type; null for a string, which all are.</param>
/// <param name="Remark">What people should know of it, such as why it stayed a string.</param>
internal sealed record InferredColumn(SchemaField Field, long Missing, double? Share, string? Remark);
