namespace Serverless.CsvJobs;

/// <summary>A file that may be of a job's input, as it is now.</summary>
/// <param name="Name">Its path within <c>incoming</c> where the job has several; of no meaning where it has one.</param>
/// <param name="Shown">Its name for people.</param>
/// <param name="OpenAsync">Opens it; null when it is gone.</param>
internal sealed record FoundInput(string Name, string Shown, Func<CancellationToken, Task<Stream>>? OpenAsync);
