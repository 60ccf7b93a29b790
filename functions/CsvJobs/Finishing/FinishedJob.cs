using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Finishing;

/// <summary>A job's end, as whoever asked to be told hears of it.</summary>
/// <param name="Id">The job.</param>
/// <param name="Blob">Its file, or the pattern of its files.</param>
/// <param name="Status">Completed, Failed or Cancelled.</param>
/// <param name="Total">All records.</param>
/// <param name="Accepted">Those in the clean output.</param>
/// <param name="Rejected">Those in the rejects.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Folder">Where its results are.</param>
internal sealed record FinishedJob(
    string Id, string Blob, string Status, long? Total, long? Accepted, long? Rejected, string? Error, string Folder)
{
    /// <summary>The member of a task's arguments that has it.</summary>
    public const string Argument = "job";

    /// <summary>A job that stands for any, to see whether a task takes it.</summary>
    public static FinishedJob Sample { get; } = new("csv-0", "incoming/a.csv", nameof(CsvJobState.Completed), 1, 1, 0, null, "processed/a");

    /// <summary>The end of a job.</summary>
    public static FinishedJob Of(CsvJobEntity job) => new(
        job.RowKey, $"{Containers.Incoming}/{job.Files ?? job.Path}", job.State, job.Total, job.Accepted, job.Rejected, job.Error,
        $"{Containers.Processed}/{JobFolder.NameOf(job.Path, job.RowKey)}");

    public JsonElement ToJson() => JsonSerializer.SerializeToElement(this, AppJson.Options);

    /// <summary>A task's arguments: those that were given, and the job.</summary>
    public JsonElement ToArguments(JsonElement? given)
    {
        var arguments = given is { } some ? JsonSerializer.Deserialize<JsonObject>(some)! : [];
        arguments[Argument] = JsonSerializer.SerializeToNode(this, AppJson.Options);
        return JsonSerializer.SerializeToElement(arguments);
    }
}
