using Serverless.Csv.Schema;

namespace Serverless.Csv.SchemaParsing;

/// <summary>A schema, or all that is wrong with it.</summary>
/// <param name="Schema">Null when there are faults.</param>
/// <param name="Faults">Every fault, in the schema's order.</param>
internal sealed record SchemaParseResult(TableSchema? Schema, IReadOnlyList<SchemaFault> Faults);
