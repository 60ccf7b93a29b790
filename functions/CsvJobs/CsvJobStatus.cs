using System.Text.Json.Serialization;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;

namespace Serverless.CsvJobs;

/// <summary>A job as callers see it.</summary>
/// <param name="Id">The job's id, which is the orchestration's too.</param>
/// <param name="Blob">The file.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Progress">What the orchestration said last; null before it began or after its history was purged.</param>
/// <param name="Outputs">The files that were written; empty until the end.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Total">Records read, at the end.</param>
/// <param name="Accepted">Records in the output, at the end.</param>
/// <param name="Rejected">Records in the rejects, at the end.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Warnings">What probably is wrong though it was completed.</param>
/// <param name="Mending">The round of mending that is at work; null for none.</param>
/// <param name="Mended">The rounds that have ended, the first first.</param>
internal sealed record CsvJobStatus(
    string Id,
    string Blob,
    [property: JsonPropertyName("status"), JsonConverter(typeof(JsonStringEnumConverter<CsvJobState>))] CsvJobState State,
    CsvJobProgress? Progress,
    IReadOnlyList<NamedFile> Outputs,
    string? Error,
    long? Total,
    long? Accepted,
    long? Rejected,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<string>? Warnings = null,
    string? Mending = null,
    IReadOnlyList<MendRound>? Mended = null);
