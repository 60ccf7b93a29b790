namespace Serverless.CsvJobs.Requests;

/// <summary>A schema that was given and is valid.</summary>
/// <param name="Json">Its text.</param>
/// <param name="Hash">Stands for it in the job's identity.</param>
internal sealed record GivenSchema(string Json, string Hash);
