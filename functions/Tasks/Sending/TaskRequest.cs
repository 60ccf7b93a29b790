using System.Text.Json;

namespace Serverless.Tasks.Sending;

/// <summary>One task of many that are sent together.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="Options">How it is sent.</param>
internal sealed record TaskRequest(string Name, JsonElement Args, SendOptions? Options = null);

/// <summary>The outcome of one task of many: sent under an id, or refused.</summary>
/// <param name="Id">The task's id; null when it was refused.</param>
/// <param name="Fault">
/// Why not: what <see cref="ITaskClient.SendAsync"/> would have thrown. When storage or the broker did not answer, it may have arrived
/// after all; with a <see cref="SendOptions.TaskId"/> it can be sent again and is one task.
/// </param>
internal sealed record SendOutcome(string? Id, Exception? Fault = null);
