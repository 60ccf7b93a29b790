using System.Text.Json;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Sending;

/// <summary>All that comes before a task's message is sent: it is looked over, routed, and noted.</summary>
internal sealed class TaskPreparation(
    TaskRegistry registry, TaskRouter router, TaskRetention retention, TaskStore store, ChosenTaskIds ids, TaskArguments arguments,
    QueueCatalog queues, UniqueClaims claims, Debounces debounces, TaskLimits limits, LimitGate gate, TimeProvider time)
{
    private long _latest;

    /// <summary>Looks a task over; nothing is stored.</summary>
    public PreparedTask Prepare(string name, JsonElement args, SendOptions options)
    {
        if (!registry.TryFind(name, out var definition)) throw new UnknownTaskException(name, registry.All.Select(d => d.Name));
        var queue = options.Queue is { } asked ? queues.Find(asked) : router.Route(definition);
        var now = time.GetUtcNow();
        SendCheck.Run(definition, queue, args, options, now);
        TaskArguments.RequireSize(args);
        var message = Message(definition, queue, args, options, now);
        var due = options.Eta ?? ((options.Debounce?.For ?? options.Countdown) is { } wait ? now + wait : null);
        if (due <= now) due = null;
        if (options.Debounce is { } debounce)
        {
            message = message with
            {
                Enqueued = TakeMoment(now),
                Claim = new TaskClaim(TaskClaim.KeyOf("debounce", definition.Name, debounce.Key), IsDebounce: true),
            };
        }

        if (options.Unique is not { } unique)
            return new PreparedTask(message, queue, due, options.TaskId is null ? null : SendFingerprint.Of(name, queue, args, options));

        var key = TaskClaim.KeyOf("unique", definition.Name, unique.Key);
        if (unique.Until == UniqueUntil.Started) message = message with { Claim = new TaskClaim(key) };
        return new PreparedTask(message, queue, due, SendFingerprint.OfKey(key)) { Unique = unique, UniqueKey = key };
    }

    /// <summary>
    /// True when the task's id was chosen, and was noted before: its request is answered again, whatever is refused by now.
    /// </summary>
    public async Task<bool> IsKnownAsync(PreparedTask task, CancellationToken cancellationToken) =>
        task.Request is not null && await store.FindAsync(task.Message.Id, cancellationToken) is { Task: not null };

    /// <summary>Notes a task, so that it can be seen when its message can.</summary>
    /// <exception cref="IdTakenException">The task was asked for by another request.</exception>
    public async Task<NotedTask> NoteAsync(PreparedTask task, CancellationToken cancellationToken)
    {
        task = await PickSlotAsync(task, cancellationToken);
        if (task.Unique is not { } rule) return await NoteAsync(task, claim: null, cancellationToken);

        var place = new ClaimPlace(task.Queue.Name, task.Message.Priority);
        var claim = await claims.TakeAsync(task.UniqueKey!, task.Message.Id, place, rule, cancellationToken);
        task = task with { Message = task.Message with { Id = claim.Id } };
        if (claim.MayBeMissing && claim.Place is { } first && first != place && queues.TryFind(first.Queue, out var queue))
            task = task with { Queue = queue, Message = task.Message with { Priority = Math.Min(first.Priority, queue.MaxPriority) } };
        return claim.MayBeMissing ? await NoteAsync(task, claim, cancellationToken) : new NotedTask(task, Outgoing: null);
    }

    // Where a limit holds it, it goes to its slot at once.
    private async ValueTask<PreparedTask> PickSlotAsync(PreparedTask task, CancellationToken cancellationToken)
    {
        var message = task.Message;
        if (!registry.TryFind(message.Task, out var definition)) return task;
        return await limits.FindAsync(definition, message, task.Lane, cancellationToken) is { } found
            && gate.FindSlot(found, message, message.Args ?? default) is { } slot
            ? task with { Message = message with { Slot = slot } } : task;
    }

    /// <summary>Notes that the message of a task is stored.</summary>
    public async Task ConfirmAsync(NotedTask noted, CancellationToken cancellationToken)
    {
        var message = noted.Task.Message;
        if (noted.Task.Request is not null && !message.IgnoreResult) await ids.ConfirmAsync(message.Id);
        if (noted.Claim is { } claim) await claims.MarkSentAsync(claim, cancellationToken);
        if (message.Claim is { IsDebounce: true } debounce)
            await debounces.NoteAsync(debounce.Key, message, noted.Task.Due ?? message.Enqueued, cancellationToken);
    }

    private async Task<NotedTask> NoteAsync(PreparedTask task, UniqueClaim? claim, CancellationToken cancellationToken)
    {
        var message = task.Message;
        if (task.Request is { } request)
        {
            var known = message.IgnoreResult
                ? await store.FindAsync(message.Id, cancellationToken)
                : await ids.TryGiveAsync(message, task.QueueName, task.Due, request.ToString(), cancellationToken);
            if (known is { Task: not null })
            {
                Require(request, known);

                // A sender that was cut off between note and message left nobody to run it; should the message be there after all, it
                // counts once.
                if (known is not { IsUnconfirmed: true, State: TaskState.Pending }) return new NotedTask(task, Outgoing: null);
                message = message with { Resent = true };
            }
        }

        message = await arguments.StoreLargeAsync(message, cancellationToken);
        var outgoing = TaskEnvelope.Write(message, queues.Find(task.QueueName)) with { Due = task.Due };

        // The note comes first: when the message can be seen, so can the task.
        if (!message.IgnoreResult && (task.Request is null || message.ArgsBlob is not null))
            await store.MarkSentAsync(message, task.QueueName, task.Due);
        return new NotedTask(task, outgoing, claim);
    }

    // Of several in one moment the last one wins: no two that this instance sends have the same time.
    private DateTimeOffset TakeMoment(DateTimeOffset now)
    {
        while (true)
        {
            var latest = Volatile.Read(ref _latest);
            var next = Math.Max(now.UtcTicks, latest + 1);
            if (Interlocked.CompareExchange(ref _latest, next, latest) == latest) return new DateTimeOffset(next, TimeSpan.Zero);
        }
    }

    private static void Require(RequestFingerprint request, TaskRecord known)
    {
        IReadOnlyList<string> differing = known.Request is { } before ? request.ListDifferencesTo(before) : [];
        if (known.Request is null || differing.Count > 0) throw new IdTakenException("task", known.Id, differing);
    }

    private static IReadOnlyList<string>? TagsOf(SendOptions options) => options.Batch is { } batch
        ? [.. options.Tags ?? [], BatchKeys.TagOf(batch)] : options.Tags is { Count: > 0 } tags ? tags : null;

    private TaskMessage Message(
        TaskDefinition definition, QueueEntry queue, JsonElement args, SendOptions options, DateTimeOffset now) => new()
        {
            Id = options.TaskId ?? Guid.CreateVersion7(now).ToString("N"),
            Task = definition.Name,
            Args = args,
            PrivateArgs = !definition.Attribute.KeepArguments,
            Headers = options.Headers,
            Tags = TagsOf(options),
            MaxRetries = options.MaxRetries,
            RetryDelaySeconds = (int?)options.RetryDelay?.TotalSeconds,
            RetryBackoff = options.RetryBackoff,
            Priority = options.Priority,
            Tenant = SendCheck.FindTenant(queue, args, options),
            Expires = options.Expires,
            ParentId = options.ParentId,
            WorkflowId = options.WorkflowId,
            Batch = options.Batch,
            Enqueued = now,
            NotifyInstance = options.NotifyInstance,
            IgnoreResult = options.IgnoreResult,
            ResultTtlSeconds = (int)Math.Ceiling((options.ResultTtl ?? retention.Find(definition)).TotalSeconds),
        };
}
