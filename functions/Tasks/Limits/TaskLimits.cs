using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Storage;

namespace Serverless.Tasks.Limits;

/// <summary>The limits: those that were put, and those that handlers name.</summary>
internal sealed class TaskLimits(
    [FromKeyedServices(TaskLimits.TableName)] LazyTable table, TaskRegistry registry, QueueCatalog queues, TimeProvider time)
    : WatchedTable<LimitIndex>(table, time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskLimits";

    /// <summary>All of them are read each two seconds.</summary>
    public const int MaxLimits = 500;

    private const string Partition = "limit", Definition = "Definition";

    /// <summary>The limits that hold a task in a lane; null for none, and for most tasks.</summary>
    public async ValueTask<AppliedLimits?> FindAsync(
        TaskDefinition task, TaskMessage message, string lane, CancellationToken cancellationToken)
    {
        var index = await GetAsync(cancellationToken);
        if (index.IsEmpty) return null;
        var queue = message.Slot?.Queue ?? (queues.TryFindLane(lane, out var entry) ? entry.Name : lane);

        // One that outlives the lock of its message holds no session.
        var concurrency = task.OutlivesLock(message) ? null : index.FindConcurrency(message.Task, queue);
        var rate = index.FindRate(message.Task, queue);
        return concurrency is null && rate is null ? null : new AppliedLimits(concurrency, rate, queue);
    }

    /// <summary>All limits by name, as they are now.</summary>
    public async Task<IReadOnlyList<TaskLimit>> ListAsync(CancellationToken cancellationToken) =>
        (await RefreshAsync(cancellationToken)).All;

    /// <summary>Puts a limit; every instance knows it within two seconds.</summary>
    /// <returns>True when there was none of its name.</returns>
    public async Task<bool> PutAsync(TaskLimit limit, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var row = new TableEntity(Partition, limit.Name) { [Definition] = JsonSerializer.Serialize(limit, AppJson.Options) };
        var isNew = await client.TryAddAsync(row, cancellationToken);
        if (!isNew) await client.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        await RefreshAsync(cancellationToken);
        return isNew;
    }

    /// <summary>Ends a limit; tasks that wait for it run as they come.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var answer = await client.DeleteEntityAsync(Partition, name, ETag.All, cancellationToken);
        await RefreshAsync(cancellationToken);
        return answer.Status != 404;
    }

    /// <inheritdoc/>
    protected override LimitIndex Keep(IReadOnlyList<TableEntity> rows) => new(
        rows.Select(row => JsonSerializer.Deserialize<TaskLimit>(row.GetString(Definition), AppJson.Options)!)
            .Concat(registry.All.Select(d => d.Limit).OfType<TaskLimit>()));
}

/// <summary>The limits of one task.</summary>
/// <param name="Concurrency">How many run at once; null for no bound.</param>
/// <param name="Rate">How many start in a time; null for no bound.</param>
/// <param name="Queue">The queue that it belongs to without them.</param>
internal sealed record AppliedLimits(ActiveLimit? Concurrency, ActiveLimit? Rate, string Queue)
{
    /// <summary>The keys cannot be told without the task's arguments.</summary>
    public bool NeedArguments => Concurrency?.NeedsArguments == true || Rate?.NeedsArguments == true;
}
