using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Resilience;

namespace Serverless.Tasks.Store;

/// <summary>The state of a task.</summary>
internal sealed record TaskRecord
{
    /// <summary>The task's id.</summary>
    public required string Id { get; init; }

    /// <summary>The task's name; null when its message has not been seen yet.</summary>
    public string? Task { get; init; }

    /// <summary>The state.</summary>
    public required TaskState State { get; init; }

    /// <summary>The queue it was sent to.</summary>
    public string? Queue { get; init; }

    /// <summary>The tenant it runs for.</summary>
    public string? Tenant { get; init; }

    /// <summary>Words that it can be found by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The task or orchestration that sent it.</summary>
    public string? ParentId { get; init; }

    /// <summary>The workflow run it belongs to.</summary>
    public string? WorkflowId { get; init; }

    /// <summary>The batch that it is a member of.</summary>
    public string? Batch { get; init; }

    /// <summary>The attempt that the state speaks of, from 0.</summary>
    public int Attempt { get; init; }

    /// <summary>The number of times that it came back from the dead letters.</summary>
    public int Redrives { get; init; }

    /// <summary>When it was sent.</summary>
    public DateTimeOffset? Enqueued { get; init; }

    /// <summary>When the attempt started.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended for good.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>When it becomes or became due; null for at once.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>When state and result are forgotten; null while it has not ended.</summary>
    public DateTimeOffset? Forgotten { get; init; }

    /// <summary>
    /// The arguments of the last attempt, while they are small; only where one task is shown. See <see cref="ArgsMissing"/>.
    /// </summary>
    public JsonElement? Args { get; init; }

    /// <summary>The blob that holds the arguments when they are over 64 KB, with its container; only where one task is shown.</summary>
    public string? ArgsBlob { get; init; }

    /// <summary>The address to read it at.</summary>
    public string? ArgsUrl => ArgsBlob is null ? null : Addresses.OfFile(ArgsBlob);

    /// <summary>
    /// The reason that the arguments are in the task's message alone for: <c>private</c>, its handler wants it so, or <c>size</c>, too
    /// large for a record and too small for a blob.
    /// </summary>
    public string? ArgsMissing { get; init; }

    /// <summary>The progress that the handler last reported.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>The result, once it succeeded.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The error of the last attempt, or the reason of the revocation.</summary>
    public TaskError? Error { get; init; }

    /// <summary>Somebody wants it revoked.</summary>
    [JsonIgnore]
    public bool RevokeRequested { get; init; }

    /// <summary>The number of times that the attempt met an open circuit breaker.</summary>
    [JsonIgnore]
    public int Deferrals { get; init; }

    /// <summary>The sender has not said yet that the message is stored.</summary>
    [JsonIgnore]
    public bool IsUnconfirmed { get; init; }

    /// <summary>The request that chose its id; null when none did.</summary>
    [JsonIgnore]
    public string? Request { get; init; }

    /// <summary>It was failed because no queue seemed to hold its message.</summary>
    [JsonIgnore]
    public bool IsLost { get; init; }

    /// <summary>It has ended for good.</summary>
    [JsonIgnore]
    public bool IsFinal => State is TaskState.Success or TaskState.Failure or TaskState.Revoked;
}

/// <summary>A task's progress in its own units.</summary>
internal sealed record TaskProgress(long Current, long Total, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Status);

/// <summary>The reason that a task failed or was revoked for.</summary>
/// <param name="Class">The error's class; null when it was revoked.</param>
/// <param name="Type">The exception's type.</param>
/// <param name="Message">What happened.</param>
internal sealed record TaskError(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ErrorClass? Class,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Type, string Message);
