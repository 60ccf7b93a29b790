using System.Text.Json.Serialization;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.TaskOperations;

/// <summary>The operations on many tasks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskOperationKind>))]
internal enum TaskOperationKind
{
    /// <summary>Those that have not ended are revoked.</summary>
    [JsonStringEnumMemberName("revoke")] Revoke,

    /// <summary>Those that failed for good come back from the dead letters.</summary>
    [JsonStringEnumMemberName("retry")] Retry,
}

/// <summary>Work on many tasks.</summary>
/// <param name="Id">The operation's id, which is its orchestration's.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Filter">Which tasks are meant.</param>
/// <param name="Ids">The only tasks that are meant; null for all that the filter means.</param>
internal sealed record TaskOperation(string Id, TaskOperationKind Kind, TaskFilter Filter, IReadOnlyList<string>? Ids = null);

/// <summary>The state of an operation: its orchestration's custom status, and in the end its output.</summary>
/// <param name="Phase"><c>working</c> or <c>done</c>.</param>
/// <param name="Found">Tasks that were meant so far.</param>
/// <param name="Done">Tasks that were revoked, or came back from the dead letters.</param>
/// <param name="Passed">Tasks that had ended by then, or were no longer among the dead letters.</param>
internal sealed record TaskOperationProgress(
    [property: JsonPropertyName("phase")] string Phase = "working",
    [property: JsonPropertyName("found")] int Found = 0,
    [property: JsonPropertyName("done")] int Done = 0,
    [property: JsonPropertyName("passed")] int Passed = 0);

/// <summary>The effect of an operation, counted before it begins.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Count">How many tasks are meant.</param>
/// <param name="IsExact">False when there may be more: they are not counted for ever.</param>
/// <param name="Tasks">The first of them.</param>
internal sealed record TaskOperationPreview(
    TaskOperationKind Kind, int Count, bool IsExact, IReadOnlyList<TaskRecord> Tasks);

/// <summary>A page of the tasks that are meant.</summary>
/// <param name="Ids">By the queues that they were sent to.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
internal sealed record TaskIdPage(IReadOnlyDictionary<string, IReadOnlyList<string>> Ids, string? Next)
{
    /// <summary>The number of them.</summary>
    [JsonIgnore]
    public int Count => Ids.Values.Sum(ids => ids.Count);
}
