using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Deletes rows of one version, a hundred in a request.</summary>
internal static class RowDeletion
{
    private const int TransactionSize = 100;

    /// <summary>Deletes those that have not changed since they were read.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> RunAsync(TableClient table, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var deleted = await Task.WhenAll(
            rows.GroupBy(r => r.PartitionKey).SelectMany(p => p.Chunk(TransactionSize))
                .Select(chunk => DeleteAsync(table, chunk, cancellationToken)));
        return deleted.Sum();
    }

    private static async Task<int> DeleteAsync(TableClient table, TableEntity[] rows, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(
                rows.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, r.ETag)), cancellationToken);
            return rows.Length;
        }
        catch (TableTransactionFailedException e) when (e.Status is 404 or 412)
        {
            // One of them changed, or went: the others go one by one.
            var deleted = await Task.WhenAll(rows.Select(row => table.TryDeleteAsync(row, cancellationToken)));
            return deleted.Count(gone => gone);
        }
    }
}
