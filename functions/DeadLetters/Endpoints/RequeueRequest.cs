using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>
/// The body of <c>POST /api/queues/{queue}/deadletters/requeue</c>: which dead letters are meant, and how they come back.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RequeueRequest
{
    /// <summary>Ids of tasks.</summary>
    public IReadOnlyList<string>? Ids { get; init; }

    /// <summary>The task's name, or the start of names followed by <c>*</c>.</summary>
    public string? Task { get; init; }

    /// <summary>The reason that they are there for, such as an error class.</summary>
    public string? Reason { get; init; }

    /// <summary>Dead-lettered at or after this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Dead-lettered before this time.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>Of this group, by its key: those that most likely have one cause.</summary>
    public string? Group { get; init; }

    /// <summary>True means all of the queue's: an empty request must not.</summary>
    public bool All { get; init; }

    /// <summary>New arguments, for one task by its id or for tasks of one name.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Requeue so many first, and the others once all of these have succeeded.</summary>
    public int? Canary { get; init; }
}
