using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>Sends, revokes and looks up tasks.</summary>
internal interface ITaskClient
{
    /// <summary>Sends a task; returns once the message is stored.</summary>
    /// <returns>The task's id.</returns>
    /// <exception cref="UnknownTaskException">The app has no handler of that name.</exception>
    /// <exception cref="UnknownQueueException">There is no such queue.</exception>
    /// <exception cref="TaskValidationException">Arguments or options are wrong; the message says which.</exception>
    /// <exception cref="IdTakenException">The id belongs to another request.</exception>
    /// <exception cref="TaskTooLargeException">It does not fit a message.</exception>
    Task<string> SendAsync(string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Sends many tasks together, each for itself: one that is refused takes no other along.</summary>
    /// <returns>What became of each, in their order; returns once those that were sent are stored.</returns>
    Task<IReadOnlyList<SendOutcome>> SendBatchAsync(IReadOnlyList<TaskRequest> tasks, CancellationToken cancellationToken = default);

    /// <summary>Asks that a task never runs, or that its run is cancelled.</summary>
    /// <returns>False when it has ended already, or is unknown.</returns>
    Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>The state of a task; null when it is unknown or forgotten.</summary>
    Task<TaskRecord?> GetAsync(string id, CancellationToken cancellationToken = default);
}

/// <summary>Typed sending.</summary>
internal static class TaskClientExtensions
{
    /// <summary>As <see cref="ITaskClient.SendAsync"/>, with arguments that are written as JSON.</summary>
    public static Task<string> SendAsync<TArgs>(
        this ITaskClient client, string name, TArgs args, SendOptions? options = null, CancellationToken cancellationToken = default) =>
        client.SendAsync(name, JsonSerializer.SerializeToElement(args, AppJson.Options), options, cancellationToken);
}
