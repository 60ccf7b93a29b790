using System.Text.Json.Serialization;
using Serverless.Tasks;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.TaskOperations;

/// <summary>The body of <c>POST /api/tasks/operations</c>: what is done to which tasks.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record TaskOperationRequest
{
    /// <summary><c>revoke</c> or <c>retry</c>.</summary>
    public TaskOperationKind? Kind { get; init; }

    /// <summary>In this state.</summary>
    public TaskState? State { get; init; }

    /// <summary>Of this name.</summary>
    public string? Task { get; init; }

    /// <summary>Sent to this queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Sent at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Sent before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>With this text in their id, name or error.</summary>
    public string? Text { get; init; }

    /// <summary>With this tag.</summary>
    public string? Tag { get; init; }

    /// <summary>These tasks, and no filter.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>True means all tasks: an empty request must not.</summary>
    public bool All { get; init; }

    /// <summary>Only says how many are meant.</summary>
    public bool DryRun { get; init; }

    internal TaskFilter Filter => new(State, Task, Queue, Since, Before, Text, Tag);
}
