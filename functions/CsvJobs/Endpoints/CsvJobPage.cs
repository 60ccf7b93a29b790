namespace Serverless.CsvJobs.Endpoints;

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record CsvJobPage(IReadOnlyList<CsvJobStatus> Jobs, string? Next);
