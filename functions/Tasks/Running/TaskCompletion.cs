using System.Text.Json;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>The end of a task as a waiting orchestration is told of it: the event <see cref="EventName"/>.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="State">Success, failure or revoked.</param>
/// <param name="Result">The result, when it is small; else it is looked up.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record TaskCompletion(string Id, TaskState State, JsonElement? Result = null, TaskError? Error = null)
{
    /// <summary>The largest result that travels in the event, in bytes; larger ones are looked up by id.</summary>
    public const int MaxResultBytes = 16 * 1024;

    /// <summary>Of a task that succeeded.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="result">UTF-8 JSON.</param>
    public static TaskCompletion Succeeded(string id, byte[] result) =>
        new(id, TaskState.Success, result.Length <= MaxResultBytes ? JsonSerializer.Deserialize<JsonElement>(result) : null);

    /// <summary>The event's name for a task.</summary>
    public static string EventName(string taskId) => $"task:{taskId}";
}
