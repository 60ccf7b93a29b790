namespace Serverless.Csv.Ranges;

/// <summary>A range whose result stands.</summary>
/// <param name="Result">What its last reading found.</param>
/// <param name="RowsBefore">What makes its row numbers absolute; a header is not counted.</param>
/// <param name="LinesBefore">What makes its line numbers absolute; a header's lines are counted.</param>
internal sealed record ProvenRange(RangeResult Result, long RowsBefore, long LinesBefore);
