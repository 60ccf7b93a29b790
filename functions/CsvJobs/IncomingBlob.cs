namespace Serverless.CsvJobs;

/// <summary>A file that was dropped.</summary>
/// <param name="Path">Its path within <c>incoming</c>.</param>
/// <param name="ETag">Its content, without quotes.</param>
/// <param name="ModifiedAt">When it was written.</param>
/// <param name="Options">The options that its upload brought, as JSON; null when it came another way.</param>
internal sealed record IncomingBlob(string Path, string ETag, DateTimeOffset ModifiedAt, string? Options);
