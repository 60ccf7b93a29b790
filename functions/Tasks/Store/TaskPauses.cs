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

    private const string Name = "Name", Since = "Since";
    private readonly TimeProvider _time = time;

    /// <summary>The pause that holds a task back; null when there is none.</summary>
    public async ValueTask<TaskPause?> FindAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        var pauses = await GetAsync(cancellationToken);
        if (pauses.Count == 0) return null;
        return pauses.GetValueOrDefault((PauseKind.Task, message.Task))
            ?? (message.Tenant is { } tenant ? pauses.GetValueOrDefault((PauseKind.Tenant, tenant)) : null);
    }

    /// <summary>Pauses; what is paused stays so since when it is.</summary>
    public async Task<TaskPause> AddAsync(PauseKind kind, string name, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        await client.TryAddAsync(
            new TableEntity(kind.ToString(), Key(name)) { [Name] = name, [Since] = _time.GetUtcNow() }, cancellationToken);
        return (await RefreshAsync(cancellationToken)).GetValueOrDefault((kind, name)) ?? new TaskPause(kind, name, _time.GetUtcNow());
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

    /// <summary>All pauses, the oldest first.</summary>
    public async Task<IReadOnlyList<TaskPause>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await RefreshAsync(cancellationToken)).Values.OrderBy(p => p.Since).ThenBy(p => p.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    protected override FrozenDictionary<(PauseKind, string), TaskPause> Keep(IReadOnlyList<TableEntity> rows) => rows
        .Select(row => new TaskPause(
            Enum.Parse<PauseKind>(row.PartitionKey), row.GetString(Name), row.GetDateTimeOffset(Since) ?? default))
        .ToFrozenDictionary(pause => (pause.Kind, pause.Name));

    // Tenants have names of any characters.
    private static string Key(string name) => ContentHash.Of(name);
}
