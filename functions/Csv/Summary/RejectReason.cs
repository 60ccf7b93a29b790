using System.Text.Json.Serialization;

namespace Serverless.Csv.Summary;

/// <summary>Records that were refused for one reason.</summary>
/// <param name="Code">The error code.</param>
/// <param name="Field">The column; empty when the whole record is meant.</param>
/// <param name="Count">How many records have this as their first fault.</param>
/// <param name="Row">The first such record's number.</param>
/// <param name="Line">The physical line it starts on.</param>
/// <param name="Message">What was expected and found there.</param>
/// <param name="File">The file that has that line, where there are several.</param>
internal sealed record RejectReason(
    string Code, string Field, long Count, long Row, long Line, string Message,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File = null);
