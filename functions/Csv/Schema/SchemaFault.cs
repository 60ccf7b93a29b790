namespace Serverless.Csv.Schema;

/// <summary>One thing that is wrong with a schema.</summary>
/// <param name="Path">The JSON path of the value, such as <c>$.fields[2].constraints.minimum</c>.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Allowed">What may stand there.</param>
internal sealed record SchemaFault(string Path, string Problem, string Allowed)
{
    public override string ToString() => $"{Path}: {Problem}; allowed: {Allowed}";
}
