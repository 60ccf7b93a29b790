using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Timers;

/// <summary>The states of timed work: a row each, read together.</summary>
internal sealed class WorkStore([FromKeyedServices(WorkStore.TableName)] LazyTable lazyTable)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Timers";

    private const string Partition = "work";
    private const int MaxErrorLength = 1_000;

    /// <summary>All states, by the work's name.</summary>
    public async Task<IReadOnlyDictionary<string, WorkState>> ReadAsync(CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var states = new Dictionary<string, WorkState>(StringComparer.Ordinal);
        await foreach (var row in table.QueryAsync<TableEntity>(r => r.PartitionKey == Partition, cancellationToken: cancellationToken))
        {
            states[row.RowKey] = new WorkState(
                row.GetDateTimeOffset(nameof(WorkState.Last)) ?? default, row.GetDateTimeOffset(nameof(WorkState.FailedAt)),
                row.GetString(nameof(WorkState.Error)));
        }

        return states;
    }

    /// <summary>Writes a state; the host runs the clock on one instance at a time.</summary>
    public async Task SaveAsync(string name, WorkState state, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var row = new TableEntity(Partition, name) { [nameof(WorkState.Last)] = state.Last };
        if (state.FailedAt is { } failed)
        {
            row[nameof(WorkState.FailedAt)] = failed;
            row[nameof(WorkState.Error)] = state.Error is { Length: > MaxErrorLength } error ? error[..MaxErrorLength] : state.Error;
        }

        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }
}
