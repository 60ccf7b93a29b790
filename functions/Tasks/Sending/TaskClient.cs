using System.Text;
using System.Text.Json;
using Serverless.Errors;
using Serverless.Monitoring;
using Serverless.Queues;

namespace Serverless.Tasks;

/// <inheritdoc cref="ITaskClient"/>
public sealed class TaskClient(TaskRegistry registry, TaskRouter router, TaskStore store, TaskRevocations revocations, TaskArguments arguments, IQueueSender sender, QueueCatalog queues, TimeProvider time)
    : ITaskClient
{
    private const int LargestHeaders = 8 * 1024;
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan LongestTtl = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public async Task<string> SendAsync(string name, JsonElement args, SendOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SendOptions();
        if (!registry.TryFind(name, out var definition)) throw new UnknownTaskException(name, registry.All.Select(d => d.Name));
        Check(definition, args);
        Check(options);
        var queue = Queue(definition, options);
        var now = time.GetUtcNow();
        var message = Message(definition, queue, args, options, now);
        if (options is { TaskId: { } given, IgnoreResult: false } && await store.FindAsync(given, cancellationToken) is { Task: not null } known)
        {
            // A sender that was cut off between note and message left nobody to run it; should the message be there after all, it counts once.
            if (known is not { IsUnconfirmed: true, State: TaskState.Pending }) return given;
            message = message with { Resent = true };
        }

        var lane = queue.LaneOf(options.Priority);
        using var span = Telemetry.StartSend(lane, name, message.Id);
        message = await arguments.StoreLargeAsync(message, cancellationToken);
        var outgoing = TaskEnvelope.Write(message, queue);
        var due = options.Eta ?? (options.Countdown is { } wait ? now + wait : null);
        if (due <= now) due = null;

        // The note comes first: when the message can be seen, so can the task.
        if (!options.IgnoreResult) await store.SentAsync(message, queue.Name, due, unconfirmed: options.TaskId is not null);
        if (due is { } later) await sender.ScheduleAsync(lane, outgoing, later, cancellationToken);
        else await sender.SendAsync(lane, [outgoing], cancellationToken);
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

    private static void Check(TaskDefinition definition, JsonElement args)
    {
        try
        {
            definition.Check(args);
        }
        catch (JsonException e)
        {
            throw new TaskValidationException($"The arguments do not fit the task '{definition.Name}', at {e.Path ?? "$"}: {e.Message}", e);
        }
    }

    private static void Check(SendOptions options)
    {
        if (options.TaskId is { } id) TaskKey.Require(id);
        if (options is { Countdown: not null, Eta: not null }) throw new TaskValidationException("Give countdown or eta, not both.");
        if (options.Countdown < TimeSpan.Zero) throw new TaskValidationException("countdown is negative; give 0 seconds or more.");
        if (options.MaxRetries is < 0 or > 100) throw new TaskValidationException("maxRetries is out of range; give 0 to 100.");
        if (options.RetryDelay is { } delay && (delay < TimeSpan.Zero || delay > LongestRetryDelay)) throw new TaskValidationException("retryDelay is out of range; give 0 to 86400 seconds.");
        if (options.RetryBackoff is < 1 or > 10) throw new TaskValidationException("retryBackoff is out of range; give 1 to 10.");
        if (options.ResultTtl is { } ttl && (ttl <= TimeSpan.Zero || ttl > LongestTtl)) throw new TaskValidationException("resultTtl is out of range; give 1 second to 30 days.");
        if (options.Tenant is { Length: 0 or > 128 }) throw new TaskValidationException("tenant has 1 to 128 characters.");
        var headers = options.Headers?.Sum(h => Encoding.UTF8.GetByteCount(h.Key) + Encoding.UTF8.GetByteCount(h.Value)) ?? 0;
        if (headers > LargestHeaders) throw new TaskTooLargeException("headers", headers, LargestHeaders);
    }

    private QueueEntry Queue(TaskDefinition definition, SendOptions options)
    {
        var queue = options.Queue is not { } name ? router.Route(definition)
            : router.TryFindQueue(name, out var found) ? found
            : throw new UnknownQueueException(name, queues.Entries.Select(e => e.Name));
        if (options.Priority < 0 || options.Priority > queue.MaxPriority)
            throw new TaskValidationException($"priority is {options.Priority}; the queue '{queue.Name}' takes 0 to {queue.MaxPriority}.");
        return queue;
    }

    private static TaskMessage Message(TaskDefinition definition, QueueEntry queue, JsonElement args, SendOptions options, DateTimeOffset now)
    {
        var tenant = options.Tenant;
        if (tenant is null && queue.RequiresSession && args.ValueKind == JsonValueKind.Object && args.TryGetProperty("tenant", out var t)) tenant = t.GetString();
        if (queue.RequiresSession && tenant is not { Length: > 0 and <= 128 })
            throw new TaskValidationException($"The queue '{queue.Name}' needs a tenant: give the option or the argument 'tenant', 1 to 128 characters.");

        return new TaskMessage
        {
            Id = options.TaskId ?? Guid.CreateVersion7(now).ToString("N"),
            Task = definition.Name,
            Args = args,
            Headers = options.Headers,
            MaxRetries = options.MaxRetries,
            RetryDelaySeconds = (int?)options.RetryDelay?.TotalSeconds,
            RetryBackoff = options.RetryBackoff,
            Priority = options.Priority,
            Tenant = tenant,
            Expires = options.Expires,
            ParentId = options.ParentId,
            WorkflowId = options.WorkflowId,
            Enqueued = now,
            NotifyInstance = options.NotifyInstance,
            IgnoreResult = options.IgnoreResult,
            ResultTtlSeconds = (int)(options.ResultTtl ?? TimeSpan.FromHours(1)).TotalSeconds,
        };
    }
}
