using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Workflows.Store;

/// <summary>
/// Finds runs, the newest first, in rows that are sorted by time: a page costs what it looks at, not what the table holds, and it looks at
/// no more than a few thousand.
/// </summary>
internal sealed class RunIndex([FromKeyedServices(RunStore.TableName)] LazyTable lazyTable, RunStore runs)
{
    /// <summary>The most rows that a page looks at. One that found less than was asked for by then says where to go on.</summary>
    public const int MaxLookedAt = 4_000;

    private const int MaxTablePage = 1_000;

    /// <summary>A page of runs, without inputs and outputs.</summary>
    /// <param name="query">What they must be like.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var (found, lookedAt, place) = (new List<TableEntity>(), 0, (string?)null);
        await foreach (var row in RunRows.Index.ReadAsync(
            table, query.ToSlice(), query.IsSelective ? MaxTablePage : query.Size, query.ListColumns(), cancellationToken))
        {
            if (query.Matches(row)) found.Add(row);
            if (++lookedAt < MaxLookedAt && found.Count < query.Size) continue;
            place = row.RowKey;
            break;
        }

        var records = await Task.WhenAll(found.Select(row => runs.FindListedAsync(row, cancellationToken)));
        return new RunPage([.. records.OfType<RunRecord>().Select(r => r with { Input = null, Output = null })], place);
    }
}
