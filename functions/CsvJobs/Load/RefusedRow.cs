namespace Serverless.CsvJobs.Load;

/// <summary>A record that its schema accepts and the table does not.</summary>
/// <param name="Row">Its number within the range, from 1.</param>
/// <param name="Field">The column at fault; empty for several.</param>
/// <param name="Message">Why.</param>
internal sealed record RefusedRow(long Row, string Field, string Message);
