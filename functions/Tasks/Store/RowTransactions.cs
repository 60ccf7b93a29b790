using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Stores rows of one partition in one transaction, with the marks that they need; each row is told what became of it.</summary>
internal sealed class RowTransactions(LazyTable table, TimeProvider time)
{
    /// <summary>The most entities a transaction takes.</summary>
    public const int MaxSize = 100;

    private readonly KnownMarks _marks = new(time);

    /// <summary>Stores the rows, or fails those that cannot be.</summary>
    public async Task StoreAsync(IReadOnlyCollection<PendingRow> rows)
    {
        var left = rows.ToList();
        try
        {
            var client = await table.GetAsync();
            await RenewAsync(client, left, left.Where(r => r.Version?.IsDoubtful(time.GetUtcNow()) == true));
            while (left.Count > 0) left = await SubmitAsync(client, left);
        }
#pragma warning disable CA1031 // Whoever awaits the rows is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var row in rows) row.Fail(e);
        }
    }

    /// <returns>What has to be submitted again.</returns>
    private async Task<List<PendingRow>> SubmitAsync(TableClient client, List<PendingRow> rows)
    {
        var partition = rows[0].Change.PartitionKey;
        var marks = _marks.FindMissing(partition, rows.SelectMany(r => TaskMarks.Of(r.Change)));
        if (rows.Count > 1 && rows.Count + marks.Count > MaxSize)
        {
            var half = rows.Count / 2;
            return [.. await SubmitAsync(client, rows[..half]), .. await SubmitAsync(client, rows[half..])];
        }

        try
        {
            var answer = await client.SubmitTransactionAsync(
                [.. rows.Select(r => r.ToAction()), .. TaskMarks.ToActions(partition, marks)]);
            for (var i = 0; i < rows.Count; i++) rows[i].Succeed(answer.Value[i].Headers.ETag);
            _marks.Add(partition, marks);
            return [];
        }
        catch (TableTransactionFailedException e)
        {
            var suspects = (e.FailedTransactionActionIndex is { } index && index < rows.Count ? [rows[index]] : rows).Where(
                r => r.IsConditional).ToList();
            if (e.Status is not (404 or 409 or 412) || suspects.Count == 0)
            {
                // One row is at fault: alone, each shows which, and its neighbours are stored.
                if (rows.Count == 1) throw;
                foreach (var row in rows) await SubmitAloneAsync(client, row);
                return [];
            }

            await RenewAsync(client, rows, suspects);
            return rows;
        }
    }

    private async Task SubmitAloneAsync(TableClient client, PendingRow row)
    {
        try
        {
            for (List<PendingRow> left = [row]; left.Count > 0;) left = await SubmitAsync(client, left);
        }
        catch (RequestFailedException e)
        {
            row.Fail(e);
        }
    }

    /// <summary>Looks at rows as they are now, and takes out what a newer state overtook: that is done.</summary>
    private static async Task RenewAsync(TableClient client, List<PendingRow> rows, IEnumerable<PendingRow> suspects)
    {
        var overtaken = await Task.WhenAll(suspects.Select(async row => await RenewAsync(client, row) ? null : row));
        rows.RemoveAll(row => overtaken.Contains(row));
    }

    /// <returns>False when a newer state overtook the change, which is done then.</returns>
    private static async Task<bool> RenewAsync(TableClient client, PendingRow row)
    {
        var found = await client.GetEntityIfExistsAsync<TableEntity>(row.Change.PartitionKey, row.Change.RowKey);
        if (found is { HasValue: true, Value: { } current } && !TaskRows.MayFollow(current, row.Change))
        {
            row.Succeed(null);
            return false;
        }

        if (row.Version is { } version) version.Tag = found.HasValue ? found.Value!.ETag : null;
        return true;
    }
}
