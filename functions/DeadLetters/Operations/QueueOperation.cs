using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Tasks;

namespace Serverless.DeadLetters.Operations;

/// <summary>The operations on many messages of a queue.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QueueOperationKind>))]
internal enum QueueOperationKind
{
    /// <summary>Dead letters are sent again.</summary>
    Requeue,

    /// <summary>Dead letters are deleted.</summary>
    PurgeDeadLetters,

    /// <summary>Waiting messages are deleted.</summary>
    PurgeMessages,
}

/// <summary>Work on many messages of a queue.</summary>
/// <param name="Id">The operation's id, which is its orchestration's.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Lanes">The queue's lanes, in the order in which it is done.</param>
/// <param name="Filter">Which dead letters are meant.</param>
/// <param name="Args">The new arguments of requeued tasks; null keeps their own.</param>
/// <param name="Canaries">How many tasks are requeued first: the others follow once all of these have succeeded. 0 tries none.</param>
internal sealed record QueueOperation(
    string Id, QueueOperationKind Kind, IReadOnlyList<string> Lanes, DeadLetterFilter Filter, JsonElement? Args = null, int Canaries = 0);

/// <summary>The state of an operation: its orchestration's custom status, and in the end its output.</summary>
/// <param name="Phase"><c>canaries</c>, <c>working</c>, <c>done</c> or <c>stopped</c>.</param>
/// <param name="Requeued">Dead letters sent again. Those that another operation took at the same time count for both.</param>
/// <param name="Deleted">
/// Messages deleted, dead letters counted as they are when requeued. Of waiting messages, a host that dies forgets at most a page of 100.
/// </param>
/// <param name="Canaries">Tasks that were requeued first.</param>
/// <param name="Passed">How many of them have succeeded.</param>
/// <param name="Stopped">Why it stopped early.</param>
internal sealed record QueueOperationProgress(
    [property: JsonPropertyName("phase")] string Phase,
    [property: JsonPropertyName("requeued")] int Requeued = 0,
    [property: JsonPropertyName("deleted")] int Deleted = 0,
    [property: JsonPropertyName("canaries")] int Canaries = 0,
    [property: JsonPropertyName("passed")] int Passed = 0,
    [property: JsonPropertyName("stopped")] string? Stopped = null);

/// <summary>A task that is requeued first.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Lane">Where it was dead-lettered.</param>
/// <param name="Redrives">Its redrives once it is requeued.</param>
/// <param name="Number">The dead letter's sequence number.</param>
/// <param name="State">Where it stands; PENDING until it ran.</param>
/// <param name="Error">Why it failed again.</param>
internal sealed record Canary(string Id, string Lane, int Redrives, long Number, TaskState State = TaskState.Pending, string? Error = null)
{
    /// <summary>It has ended well.</summary>
    [JsonIgnore]
    public bool HasPassed => State == TaskState.Success;

    /// <summary>It has ended otherwise.</summary>
    [JsonIgnore]
    public bool HasFailed => State is TaskState.Failure or TaskState.Revoked;
}
