using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Tasks;

/// <summary>
/// A task as it travels in a queue. Version 1 of the JSON; unknown members are ignored, so that older code reads newer messages.
/// </summary>
internal sealed record TaskMessage
{
    /// <summary>The version that this code writes.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The message format's version.</summary>
    [JsonPropertyName("v")]
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The task's id, at most 100 characters: the same for every attempt.</summary>
    public required string Id { get; init; }

    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>The arguments; absent when they travel as a blob.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>The blob that holds the arguments when they are over 64 KB.</summary>
    public string? ArgsBlob { get; init; }

    /// <summary>True when the arguments are kept in the message alone, and in no record of the task.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool PrivateArgs { get; init; }

    /// <summary>The caller's own names and values, at most 8 KB.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Words that it can be found by; null for none.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>0 for the first run, then one more with each retry.</summary>
    public int Attempt { get; init; }

    /// <summary>The number of further tries after a failed run; null takes the handler's.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Seconds before the first retry after an error of no class; null takes the handler's.</summary>
    public int? RetryDelaySeconds { get; init; }

    /// <summary>The factor of that delay from retry to retry; null doubles it.</summary>
    public double? RetryBackoff { get; init; }

    /// <summary>Within the queue's range; the upper half goes to the high lane.</summary>
    public int Priority { get; init; }

    /// <summary>The tenant, which is the session in the tenants queue.</summary>
    public string? Tenant { get; init; }

    /// <summary>Not started after this time: revoked with that reason.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>The task or orchestration that sent it.</summary>
    public string? ParentId { get; init; }

    /// <summary>The workflow run it belongs to.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The batch that it is a member of; null for most tasks.</summary>
    public string? Batch { get; init; }

    /// <summary>When it was first sent.</summary>
    public required DateTimeOffset Enqueued { get; init; }

    /// <summary>When an attempt first failed.</summary>
    public DateTimeOffset? FirstFailed { get; init; }

    /// <summary>The orchestration that waits for the result; it is sent the completion event.</summary>
    public string? NotifyInstance { get; init; }

    /// <summary>Seconds that this attempt may take; null takes the handler's. Grows after a timeout.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>True when state and result are not stored.</summary>
    public bool IgnoreResult { get; init; }

    /// <summary>Seconds that state and result are kept after the end. 3,600 unless the sender or the handler says otherwise.</summary>
    public int ResultTtlSeconds { get; init; } = 3600;

    /// <summary>True once the arguments were sanitized: that is done once only.</summary>
    public bool Sanitized { get; init; }

    /// <summary>The number of times that it came back from the dead letters.</summary>
    public int Redrives { get; init; }

    /// <summary>The operation that brought it back last.</summary>
    public string? RedrivenBy { get; init; }

    /// <summary>The number of times that a run met a pause or an open circuit breaker; that spends no attempt.</summary>
    public int Deferrals { get; init; }

    /// <summary>True when the sender did not know whether the task had been sent before: it is looked up before it runs.</summary>
    public bool Resent { get; init; }

    /// <summary>A claim that its first run looks at before it begins; null for most tasks.</summary>
    public TaskClaim? Claim { get; init; }

    /// <summary>Its place in the lane of limited tasks; null in every other lane.</summary>
    public TaskSlot? Slot { get; init; }

    /// <summary>When a limit of its rate called it for; null until one has.</summary>
    public DateTimeOffset? Called { get; init; }

    /// <summary>Set when a run outside its message failed for good: the message only carries it to the dead letters.</summary>
    public TaskDeadLetter? DeadLetter { get; init; }

    /// <summary>Returns the message of the attempt after this one.</summary>
    /// <param name="args">Changed arguments; null keeps them, wherever they are.</param>
    public TaskMessage CreateNextAttempt(JsonElement? args = null) => args is null
        ? this with { Attempt = Attempt + 1, Called = null }
        : this with { Attempt = Attempt + 1, Called = null, Args = args, ArgsBlob = null };
}
