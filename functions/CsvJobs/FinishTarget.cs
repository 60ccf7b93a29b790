using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.CsvJobs;

/// <summary>The receiver of the news that a job has ended: a webhook, a task or a run of a workflow.</summary>
internal sealed record FinishTarget
{
    /// <summary>The URL that is posted to.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Webhook { get; init; }

    /// <summary>The task that is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    /// <summary>The task's arguments, to which the job is added.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Args { get; init; }

    /// <summary>The run of a workflow that waits for <see cref="Signal"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Run { get; init; }

    /// <summary>The signal that the run is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Signal { get; init; }
}
