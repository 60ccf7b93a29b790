using System.Collections.Frozen;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// The pauses. There are few, so every instance keeps the whole list and looks for news each two seconds: a run asks for nothing.
/// </summary>
internal sealed class TaskPauses([FromKeyedServices(TaskPauses.TableName)] LazyTable table, TimeProvider time) : BackgroundService
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskPauses";

    private const string Name = "Name", Since = "Since";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // One at a time, so that no list that was read before a change takes the place of one that was read after it.
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isDisposed;
    private FrozenDictionary<(PauseKind, string), TaskPause>? _pauses;

    /// <summary>The pause that holds a task back; null when there is none.</summary>
    public async ValueTask<TaskPause?> FindAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        // Before the first look it is not known: a host that starts must not run what is paused.
        var pauses = Volatile.Read(ref _pauses) ?? await RefreshAsync(cancellationToken);
        if (pauses.Count == 0) return null;
        return pauses.GetValueOrDefault((PauseKind.Task, message.Task))
            ?? (message.Tenant is { } tenant ? pauses.GetValueOrDefault((PauseKind.Tenant, tenant)) : null);
    }

    /// <summary>Pauses; what is paused stays so since when it is.</summary>
    public async Task<TaskPause> AddAsync(PauseKind kind, string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.TryAddAsync(
            new TableEntity(kind.ToString(), Key(name)) { [Name] = name, [Since] = time.GetUtcNow() }, cancellationToken);
        return (await RefreshAsync(cancellationToken)).GetValueOrDefault((kind, name)) ?? new TaskPause(kind, name, time.GetUtcNow());
    }

    /// <summary>Ends a pause; what it held back comes when it was put off to.</summary>
    /// <returns>False when there was none.</returns>
    public async Task<bool> RemoveAsync(PauseKind kind, string name, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var answer = await client.DeleteEntityAsync(kind.ToString(), Key(name), ETag.All, cancellationToken);
        await RefreshAsync(cancellationToken);
        return answer.Status != 404;
    }

    /// <summary>All pauses, the oldest first.</summary>
    public async Task<IReadOnlyList<TaskPause>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await RefreshAsync(cancellationToken)).Values.OrderBy(p => p.Since).ThenBy(p => p.Name, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override void Dispose()
    {
        // It is registered under two types, and disposed of for each.
        if (_isDisposed) return;
        _isDisposed = true;

        // Cancels what runs: whoever has the gate by then lets go of it first.
        base.Dispose();
        _gate.Wait();
        _gate.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // What is known stays so until the table answers again.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<FrozenDictionary<(PauseKind, string), TaskPause>> RefreshAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var client = await table.GetAsync(cancellationToken);
            var found = new Dictionary<(PauseKind, string), TaskPause>();
            await foreach (var row in client.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
            {
                var pause = new TaskPause(
                    Enum.Parse<PauseKind>(row.PartitionKey), row.GetString(Name), row.GetDateTimeOffset(Since) ?? default);
                found[(pause.Kind, pause.Name)] = pause;
            }

            var pauses = found.ToFrozenDictionary();
            Volatile.Write(ref _pauses, pauses);
            return pauses;
        }
        finally
        {
            _gate.Release();
        }
    }

    // Tenants have names of any characters.
    private static string Key(string name) => ContentHash.Of(name);
}
