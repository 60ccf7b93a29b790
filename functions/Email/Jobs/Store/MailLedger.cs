using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Email.Jobs.Store;

/// <summary>
/// The record of sent mail, by batch: a row for each batch says how far it is, and is written after every answer of the mail server. It is
/// a table because that write is made for each message, and costs there a hundredth of what it costs in a blob. A job is one partition,
/// which takes 2,000 writes a second. Recipients that failed, or that are to be tried again, have rows of their own.
/// </summary>
internal sealed class MailLedger([FromKeyedServices(MailLedger.TableName)] LazyTable lazyTable)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MailLedger";

    internal const string FailedRows = "f", DeferredRows = "d";

    /// <summary>Opens the ledger of a batch, where the last run left it.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="attempt">0 for the first time, then one more with each try of those that the server put off.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    internal async Task<BatchLedger> OpenAsync(string jobId, int batch, int attempt, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var known = await table.FindAsync<TableEntity>(jobId, BatchKey(batch), cancellationToken);
        var ledger = new BatchLedger(table, jobId, BatchKey(batch), known);
        if (ledger.Attempt < attempt) await ledger.BeginAsync(attempt, cancellationToken);
        return ledger;
    }

    /// <summary>The counts of a batch; none when it was not begun.</summary>
    public async Task<MailCounts> ReadAsync(string jobId, int batch, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TableEntity>(jobId, BatchKey(batch), cancellationToken) is { } row
            ? BatchLedger.CountsOf(row) : new MailCounts();
    }

    /// <summary>The recipients of a part of the list that the server put off.</summary>
    internal async Task<HashSet<long>> ListDeferredAsync(string jobId, long from, long to, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var (first, end) = (BuildRecipientKey(DeferredRows, from), BuildRecipientKey(DeferredRows, to));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {jobId} and RowKey ge {first} and RowKey lt {end}");
        var found = new HashSet<long>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken))
            found.Add(IndexOf(row));
        return found;
    }

    /// <summary>The recipients that were not sent to, in the list's order, as they are read.</summary>
    public async IAsyncEnumerable<FailedSend> ListFailedAsync(string jobId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {jobId} and RowKey ge {FailedRows} and RowKey lt {"g"}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            yield return new FailedSend(IndexOf(row), row.GetString("Address"), row.GetInt32("Code"), row.GetString("Answer"));
    }

    /// <summary>Deletes a job's rows.</summary>
    internal async Task DeleteAsync(string jobId, CancellationToken cancellationToken)
    {
        // As many as a transaction takes.
        const int pageSize = 100;
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {jobId}");
        await foreach (var page in table.QueryAsync<TableEntity>(filter, pageSize, ["PartitionKey", "RowKey"], cancellationToken)
            .AsPages(pageSizeHint: pageSize))
        {
            if (page.Values.Count == 0) continue;
            await table.SubmitTransactionAsync(
                page.Values.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, ETag.All)), cancellationToken);
        }
    }

    internal static string BuildRecipientKey(string kind, long index) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{index:D12}");

    private static string BatchKey(int batch) => string.Create(CultureInfo.InvariantCulture, $"b-{batch:D10}");

    private static long IndexOf(TableEntity row) => long.Parse(row.RowKey.AsSpan(2), CultureInfo.InvariantCulture);
}
