namespace Serverless.Csv.Schema;

/// <summary>A label of the header that does not fit the schema: the whole file is at fault.</summary>
/// <param name="Code">A Frictionless code, such as <c>incorrect-label</c>.</param>
/// <param name="Position">The column, from 1.</param>
/// <param name="Message">What was expected and found.</param>
internal sealed record HeaderFault(string Code, int Position, string Message);
