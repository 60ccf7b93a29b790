using Azure.Data.Tables;

namespace Serverless.Monitoring.Store;

internal static class RowDeletion
{
    private const int TransactionSize = 100;

    /// <summary>Deletes rows, many in one transaction; one that is gone already is no failure.</summary>
    public static async Task DeleteAsync(TableClient client, IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var chunk in rows.GroupBy(r => r.PartitionKey).SelectMany(p => p.Chunk(TransactionSize)))
        {
            try
            {
                await client.SubmitTransactionAsync(
                    chunk.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r)), cancellationToken);
            }
            catch (TableTransactionFailedException e) when (e.Status == 404)
            {
                foreach (var row in chunk)
                    await client.DeleteEntityAsync(row.PartitionKey, row.RowKey, cancellationToken: cancellationToken);
            }
        }
    }
}
