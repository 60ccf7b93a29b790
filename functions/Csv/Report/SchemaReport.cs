namespace Serverless.Csv.Report;

/// <summary>What <c>validate_schema</c> found.</summary>
/// <param name="SchemaIsGiven">False: there is nothing to compare with.</param>
/// <param name="Conforms">There is no difference.</param>
/// <param name="Differences">Missing, additional, moved and retyped columns.</param>
/// <param name="Seconds">How long this took.</param>
public sealed record SchemaReport(bool SchemaIsGiven, bool Conforms, IReadOnlyList<SchemaDifference> Differences, double Seconds);
