using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>All that comes before a task's message is sent: it is looked over, routed, and noted.</summary>
internal sealed class TaskPreparation(
    TaskRegistry registry, TaskRouter router, TaskStore store, TaskArguments arguments, QueueCatalog queues, TimeProvider time)
{
    /// <summary>Looks a task over; nothing is stored.</summary>
    public PreparedTask Prepare(string name, JsonElement args, SendOptions options)
    {
        if (!registry.TryFind(name, out var definition)) throw new UnknownTaskException(name, registry.All.Select(d => d.Name));
        var queue = options.Queue is { } asked ? queues.Find(asked) : router.Route(definition);
        var now = time.GetUtcNow();
        SendCheck.Run(definition, queue, args, options, now);
        TaskArguments.RequireSize(args);
        var due = options.Eta ?? (options.Countdown is { } wait ? now + wait : null);
        return new PreparedTask(
            Message(definition, queue, args, options, now), queue, due > now ? due : null,
            options.TaskId is null ? null : SendFingerprint.Of(name, queue, args, options));
    }

    /// <summary>Notes a task, so that it can be seen when its message can.</summary>
    /// <returns>The message to send; null when it was sent before.</returns>
    /// <exception cref="IdTakenException">The task was asked for by another request.</exception>
    public async Task<OutgoingMessage?> NoteAsync(PreparedTask task, CancellationToken cancellationToken)
    {
        var message = task.Message;
        if (task.Request is { } request)
        {
            var known = message.IgnoreResult
                ? await store.FindAsync(message.Id, cancellationToken)
                : await store.TryMarkSentAsync(message, task.Queue.Name, task.Due, request.ToString(), cancellationToken);
            if (known is { Task: not null })
            {
                Require(request, known);

                // A sender that was cut off between note and message left nobody to run it; should the message be there after all, it
                // counts once.
                if (known is not { IsUnconfirmed: true, State: TaskState.Pending }) return null;
                message = message with { Resent = true };
            }
        }

        message = await arguments.StoreLargeAsync(message, cancellationToken);
        var outgoing = TaskEnvelope.Write(message, task.Queue) with { Due = task.Due };
        if (!message.IgnoreResult && (task.Request is null || message.ArgsBlob is not null))
            await store.MarkSentAsync(message, task.Queue.Name, task.Due);
        return outgoing;
    }

    /// <summary>Notes that the message of a task is stored.</summary>
    public Task ConfirmAsync(PreparedTask task) => task.NeedsConfirmation ? store.ConfirmAsync(task.Message.Id) : Task.CompletedTask;

    private static void Require(RequestFingerprint request, TaskRecord known)
    {
        IReadOnlyList<string> differing = known.Request is { } before ? request.DifferencesTo(before) : [];
        if (known.Request is null || differing.Count > 0) throw new IdTakenException("task", known.Id, differing);
    }

    private static TaskMessage Message(
        TaskDefinition definition, QueueEntry queue, JsonElement args, SendOptions options, DateTimeOffset now) => new()
        {
            Id = options.TaskId ?? Guid.CreateVersion7(now).ToString("N"),
            Task = definition.Name,
            Args = args,
            Headers = options.Headers,
            MaxRetries = options.MaxRetries,
            RetryDelaySeconds = (int?)options.RetryDelay?.TotalSeconds,
            RetryBackoff = options.RetryBackoff,
            Priority = options.Priority,
            Tenant = SendCheck.Tenant(queue, args, options),
            Expires = options.Expires,
            ParentId = options.ParentId,
            WorkflowId = options.WorkflowId,
            Enqueued = now,
            NotifyInstance = options.NotifyInstance,
            IgnoreResult = options.IgnoreResult,
            ResultTtlSeconds = (int)Math.Ceiling((options.ResultTtl ?? TimeSpan.FromHours(1)).TotalSeconds),
        };
}
