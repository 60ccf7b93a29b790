using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <inheritdoc cref="ITaskClient"/>
internal sealed class TaskClient(
    TaskRegistry registry, TaskRouter router, TaskStore store, TaskRevocations revocations, TaskArguments arguments, IQueueSender sender,
    QueueCatalog queues, QueueChanges changes, TimeProvider time)
    : ITaskClient
{
    /// <inheritdoc/>
    public async Task<string> SendAsync(
        string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SendOptions();
        if (!registry.TryFind(name, out var definition)) throw new UnknownTaskException(name, registry.All.Select(d => d.Name));
        var queue = options.Queue is { } asked ? queues.Find(asked) : router.Route(definition);
        var now = time.GetUtcNow();
        SendCheck.Run(definition, queue, args, options, now);
        TaskArguments.RequireSize(args);
        var message = Message(definition, queue, args, options, now);
        var due = options.Eta ?? (options.Countdown is { } wait ? now + wait : null);
        if (due <= now) due = null;
        if (options.TaskId is not null)
        {
            var request = SendFingerprint.Of(name, queue, args, options);
            var known = options.IgnoreResult
                ? await store.FindAsync(message.Id, cancellationToken)
                : await store.TryMarkSentAsync(message, queue.Name, due, request.ToString(), cancellationToken);
            if (known is { Task: not null })
            {
                Require(request, known);

                // A sender that was cut off between note and message left nobody to run it; should the message be there after all, it
                // counts once.
                if (known is not { IsUnconfirmed: true, State: TaskState.Pending }) return message.Id;
                message = message with { Resent = true };
            }
        }

        var lane = queue.LaneOf(options.Priority);
        using var span = Telemetry.StartSend(lane, name, message.Id);
        message = await arguments.StoreLargeAsync(message, cancellationToken);
        var outgoing = TaskEnvelope.Write(message, queue);

        // The note comes first: when the message can be seen, so can the task.
        if (options is { TaskId: null, IgnoreResult: false } || message is { IgnoreResult: false, ArgsBlob: not null })
            await store.MarkSentAsync(message, queue.Name, due);
        if (due is { } later) await sender.ScheduleAsync(lane, outgoing, later, cancellationToken);
        else await sender.SendAsync(lane, [outgoing], cancellationToken);
        changes.NoteChange(lane);
        if (options is { TaskId: not null, IgnoreResult: false }) await store.ConfirmAsync(message.Id);
        return message.Id;
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        TaskKey.Require(id);
        if (await store.FindAsync(id, cancellationToken) is not { IsFinal: false }) return false;
        await store.RequestRevocationAsync(id);
        await revocations.AddAsync(id, cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public Task<TaskRecord?> GetAsync(string id, CancellationToken cancellationToken = default)
    {
        TaskKey.Require(id);
        return store.FindAsync(id, cancellationToken);
    }

    /// <exception cref="IdTakenException">The task was asked for by another request.</exception>
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
