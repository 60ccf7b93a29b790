namespace Serverless.Csv.Report;

/// <summary>The findings of <c>validate_schema</c>.</summary>
/// <param name="SchemaIsGiven">False: there is nothing to compare with.</param>
/// <param name="Conforms">There is no difference.</param>
/// <param name="Differences">Missing, additional, moved and retyped columns.</param>
/// <param name="Seconds">How long this took.</param>
internal sealed record SchemaReport(bool SchemaIsGiven, bool Conforms, IReadOnlyList<SchemaDifference> Differences, double Seconds);
