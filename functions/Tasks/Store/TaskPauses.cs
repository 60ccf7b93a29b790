using System.Collections.Frozen;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>The pauses.</summary>
internal sealed class TaskPauses([FromKeyedServices(TaskPauses.TableName)] LazyTable table, TimeProvider time)
    : WatchedTable<FrozenDictionary<(PauseKind, string), TaskPause>>(table, time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskPauses";

    private const string Name = "Name", Since = "Since", By = "By", Breaker = "Breaker", Until = "Until", Probe = "Probe";

    // Longer than most runs: one that has not come to its end by then is not waited for, and another is let through.
    private static readonly TimeSpan ProbeTime = TimeSpan.FromMinutes(2);

    // A breaker's pause that no run has looked at for so long is nobody's any more.
    private static readonly TimeSpan Forgotten = TimeSpan.FromMinutes(15);

    private readonly TimeProvider _time = time;

    /// <summary>Looks whether a task is held back; of a breaker's pause that is over, one run is let through.</summary>
    /// <param name="message">The task's message.</param>
    /// <param name="queue">The queue that a breaker may have paused under runs of this task; null for none.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async ValueTask<PauseEntry> EnterAsync(TaskMessage message, string? queue, CancellationToken cancellationToken)
    {
        var pauses = await GetAsync(cancellationToken);
        if (pauses.Count == 0) return default;
        if (message.Tenant is { } tenant && pauses.GetValueOrDefault((PauseKind.Tenant, tenant)) is { } held) return new PauseEntry(held);
        var pause = pauses.GetValueOrDefault((PauseKind.Task, message.Task));

        // What was handed out before somebody paused the queue is run to its end; after a breaker did, it would only fail.
        if (pause is null && queue is not null && pauses.GetValueOrDefault((PauseKind.Queue, queue)) is { Breaker: not null } broken)
            pause = broken;
        if (pause is null) return default;
        return pause.Until <= _time.GetUtcNow() ? await ProbeAsync(pause, message, cancellationToken) : new PauseEntry(pause);
    }

    /// <summary>The pause as it is now; null when there is none.</summary>
    public async Task<TaskPause?> FindAsync(PauseKind kind, string name, CancellationToken cancellationToken) =>
        (await RefreshAsync(cancellationToken)).GetValueOrDefault((kind, name));

    /// <summary>Pauses for somebody, whatever a breaker did; what is paused stays so since when it is.</summary>
    /// <param name="kind">What is paused.</param>
    /// <param name="name">Its name.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async Task<TaskPause> AddAsync(PauseKind kind, string name, string by, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        await ChangeAsync(kind, name, row => row is null || row.ContainsKey(Breaker)
            ? new TableEntity(kind.ToString(), Key(name)) { [Name] = name, [Since] = GetSince(row) ?? now, [By] = by } : null,
            cancellationToken);
        return (await RefreshAsync(cancellationToken)).GetValueOrDefault((kind, name)) ?? new TaskPause(kind, name, now, by);
    }

    /// <summary>Pauses a task or a queue for a circuit breaker; what somebody has paused stays theirs.</summary>
    /// <param name="kind">What is paused.</param>
    /// <param name="name">Its name.</param>
    /// <param name="breaker">The breaker.</param>
    /// <param name="until">When one run is let through.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>True when it was noted; false when it is somebody's, or known already.</returns>
    public async Task<bool> HoldAsync(
        PauseKind kind, string name, string breaker, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var (_, isNoted) = await ChangeAsync(kind, name, row => row is null || MayExtend(row)
            ? new TableEntity(kind.ToString(), Key(name))
            {
                [Name] = name,
                [Since] = GetSince(row) ?? _time.GetUtcNow(),
                [Breaker] = breaker,
                [Until] = until,
            }
            : null, cancellationToken);
        await RefreshAsync(cancellationToken);
        return isNoted;

        // Of many runs that meet the same open circuit, one notes it.
        bool MayExtend(TableEntity row) => row.ContainsKey(Breaker)
            && (row.ContainsKey(Probe) || row.GetDateTimeOffset(Until) < until - TimeSpan.FromSeconds(1));
    }

    /// <summary>Ends a breaker's pause of which a run was let through; what somebody has paused meanwhile stays so.</summary>
    /// <param name="pause">The pause.</param>
    /// <param name="probe">The run.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>True when it has ended.</returns>
    public async Task<bool> ReleaseAsync(TaskPause pause, TaskMessage probe, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var row = await client.FindAsync<TableEntity>(pause.Kind.ToString(), Key(pause.Name), cancellationToken);
        var isEnded = row?.GetString(Probe) == probe.Id && await client.TryDeleteAsync(row, cancellationToken);
        await RefreshAsync(cancellationToken);
        return isEnded;
    }

    /// <summary>Ends a pause; what it held back comes when it was put off to.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> RemoveAsync(PauseKind kind, string name, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var answer = await client.DeleteEntityAsync(kind.ToString(), Key(name), ETag.All, cancellationToken);
        await RefreshAsync(cancellationToken);
        return answer.Status != 404;
    }

    /// <summary>Ends breakers' pauses of tasks that nobody sends any more.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"Until lt {_time.GetUtcNow() - Forgotten}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            await client.TryDeleteAsync(row, cancellationToken);
    }

    /// <summary>All pauses, the oldest first.</summary>
    public async Task<IReadOnlyList<TaskPause>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await RefreshAsync(cancellationToken)).Values.OrderBy(p => p.Since).ThenBy(p => p.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    protected override FrozenDictionary<(PauseKind, string), TaskPause> Keep(IReadOnlyList<TableEntity> rows) => rows
        .Select(row => new TaskPause(
            Enum.Parse<PauseKind>(row.PartitionKey), row.GetString(Name), GetSince(row) ?? default, row.GetString(By),
            row.GetString(Breaker), row.GetDateTimeOffset(Until), row.ContainsKey(Probe)))
        .ToFrozenDictionary(pause => (pause.Kind, pause.Name));

    private async ValueTask<PauseEntry> ProbeAsync(TaskPause pause, TaskMessage message, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var (_, isMine) = await ChangeAsync(pause.Kind, pause.Name, row => row is not null && row.GetDateTimeOffset(Until) <= now
            ? new TableEntity(row) { [Probe] = message.Id, [Until] = now + ProbeTime } : null, cancellationToken);
        var left = await FindAsync(pause.Kind, pause.Name, cancellationToken);
        if (isMine) return new PauseEntry(null, pause);

        // Somebody has paused the queue meanwhile: what is handed out is run.
        return left is { Kind: PauseKind.Queue, Breaker: null } ? default : new PauseEntry(left);
    }

    private async Task<(TableEntity? Row, bool IsWritten)> ChangeAsync(
        PauseKind kind, string name, Func<TableEntity?, TableEntity?> change, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        return await client.ChangeAsync(kind.ToString(), Key(name), change, cancellationToken);
    }

    private static DateTimeOffset? GetSince(TableEntity? row) => row?.GetDateTimeOffset(Since);

    // Tenants have names of any characters.
    private static string Key(string name) => ContentHash.Of(name);
}

/// <summary>The effect of the pauses on a task that comes.</summary>
/// <param name="Pause">The pause that holds it back; null when it may run.</param>
/// <param name="Probed">The breaker's pause that it may end, as the one run that is let through; null for most.</param>
internal readonly record struct PauseEntry(TaskPause? Pause, TaskPause? Probed = null);
