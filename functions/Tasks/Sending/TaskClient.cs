using System.Text;
using System.Text.Json;
using Serverless.Errors;
using Serverless.Queues;

namespace Serverless.Tasks;

/// <inheritdoc cref="ITaskClient"/>
public sealed class TaskClient(TaskRegistry registry, TaskRouter router, TaskStore store, TaskArguments arguments, IQueueSender sender, QueueCatalog queues, TimeProvider time)
    : ITaskClient
{
    private const int LargestHeaders = 8 * 1024;
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
        var message = await arguments.StoreLargeAsync(Message(definition, queue, args, options, now), cancellationToken);
        var outgoing = TaskEnvelope.Write(message, queue);

        if (options.TaskId is { } given && await store.FindAsync(given, cancellationToken) is { Task: not null }) return given;

        var lane = queue.LaneOf(options.Priority);
        var due = options.Eta ?? (options.Countdown is { } wait ? now + wait : null);
        var scheduled = due > now;
        await Task.WhenAll(
            options.IgnoreResult ? Task.CompletedTask : store.SentAsync(message, queue.Name, scheduled ? due : null),
            scheduled ? sender.ScheduleAsync(lane, outgoing, due!.Value, cancellationToken) : sender.SendAsync(lane, [outgoing], cancellationToken));
        return message.Id;
    }

    /// <inheritdoc/>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        TaskKey.Require(id);
        if (await store.FindAsync(id, cancellationToken) is not { IsFinal: false }) return false;
        await store.RequestRevocationAsync(id);
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
