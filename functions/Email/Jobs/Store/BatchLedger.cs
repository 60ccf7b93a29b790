using Azure;
using Azure.Data.Tables;

namespace Serverless.Email.Jobs.Store;

/// <summary>
/// The ledger of one batch, in the hands of one run. Every change goes by the row's tag: a second run of the same batch, as can happen
/// where activities run at least once, is stopped at its first change.
/// </summary>
internal sealed class BatchLedger
{
    private const int MaxAnswerLength = 1_000;

    private readonly TableClient _table;
    private readonly TableEntity _row;
    private ETag? _tag;

    public BatchLedger(TableClient table, string jobId, string key, TableEntity? stored)
    {
        _table = table;
        _row = new TableEntity(jobId, key);
        if (stored is null) return;
        _tag = stored.ETag;
        Attempt = stored.GetInt32("Attempt") ?? 0;
        Next = stored.GetInt64("Next") ?? 0;
        Counts = CountsOf((TableEntity)stored);
        Deferred = stored.GetInt32("Deferred") ?? 0;
    }

    /// <summary>Which try of the batch this is.</summary>
    public int Attempt { get; private set; }

    /// <summary>Recipients before this place in the list are done with, in this try.</summary>
    public long Next { get; private set; }

    /// <summary>The counts of the batch's recipients, over all tries.</summary>
    public MailCounts Counts { get; private set; } = new();

    /// <summary>Recipients that the server put off in this try.</summary>
    public int Deferred { get; private set; }

    /// <summary>The counts in a row.</summary>
    public static MailCounts CountsOf(TableEntity row) =>
        new(row.GetInt64("Successful") ?? 0, row.GetInt64("Failed") ?? 0, row.GetInt64("Suppressed") ?? 0);

    /// <summary>Begins another try.</summary>
    public Task BeginAsync(int attempt, CancellationToken cancellationToken)
    {
        (Attempt, Next, Deferred) = (attempt, 0, 0);
        return WriteAsync([], cancellationToken);
    }

    /// <summary>Notes that a recipient's message was taken.</summary>
    public Task MarkSentAsync(long index, CancellationToken cancellationToken) =>
        MarkDoneAsync(index, new MailCounts(Successful: 1), null, cancellationToken);

    /// <summary>Notes that a recipient is on the suppression list.</summary>
    public Task MarkSuppressedAsync(long index, CancellationToken cancellationToken) =>
        MarkDoneAsync(index, new MailCounts(Suppressed: 1), null, cancellationToken);

    /// <summary>Notes that a recipient will not be sent to.</summary>
    public Task MarkFailedAsync(FailedSend failed, CancellationToken cancellationToken) =>
        MarkDoneAsync(failed.Index, new MailCounts(Failed: 1), failed, cancellationToken);

    /// <summary>Notes that the server put a recipient off.</summary>
    public Task MarkDeferredAsync(long index, CancellationToken cancellationToken)
    {
        Next = index + 1;
        Deferred++;
        return WriteAsync(
            [new(
                TableTransactionActionType.UpsertReplace, new TableEntity(
                    _row.PartitionKey, MailLedger.BuildRecipientKey(MailLedger.DeferredRows, index)))], cancellationToken);
    }

    private Task MarkDoneAsync(long index, MailCounts counts, FailedSend? failed, CancellationToken cancellationToken)
    {
        Next = index + 1;
        Counts = Counts.Add(counts);
        var others = new List<TableTransactionAction>();
        if (failed is not null) others.Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, ToRow(failed)));
        if (Attempt > 0)
            others.Add(
                new TableTransactionAction(
                    TableTransactionActionType.Delete, new TableEntity(
                        _row.PartitionKey, MailLedger.BuildRecipientKey(MailLedger.DeferredRows, index))
                    { ETag = ETag.All }));
        return WriteAsync(others, cancellationToken);
    }

    private TableEntity ToRow(FailedSend failed)
    {
        var row = new TableEntity(_row.PartitionKey, MailLedger.BuildRecipientKey(MailLedger.FailedRows, failed.Index))
        {
            ["Address"] = Cut(failed.Address),
            ["Answer"] = Cut(failed.Answer),
        };
        if (failed.Code is { } code) row["Code"] = code;
        return row;
    }

    private async Task WriteAsync(List<TableTransactionAction> others, CancellationToken cancellationToken)
    {
        _row["Attempt"] = Attempt;
        _row["Next"] = Next;
        _row["Successful"] = Counts.Successful;
        _row["Failed"] = Counts.Failed;
        _row["Suppressed"] = Counts.Suppressed;
        _row["Deferred"] = Deferred;
        try
        {
            if (others.Count == 0 && _tag is { } known)
            {
                Keep(await _table.UpdateEntityAsync(_row, known, TableUpdateMode.Replace, cancellationToken));
                return;
            }

            // The emulator tells the tag of a new row in transactions only.
            var change = _tag is { } tag
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, _row, tag)
                : new TableTransactionAction(TableTransactionActionType.Add, _row);
            var answers = await _table.SubmitTransactionAsync([change, .. others], cancellationToken);
            Keep(answers.Value[0]);
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            throw new BatchTakenException(e);
        }
    }

    private void Keep(Response answer) =>
        _tag = answer.Headers.ETag ?? throw new InvalidOperationException("The table gave no tag of the changed row.");

    private static string Cut(string text) => text.Length <= MaxAnswerLength ? text : text[..MaxAnswerLength];
}

/// <summary>Another run is at work on the same batch.</summary>
internal sealed class BatchTakenException(Exception innerException)
    : Exception("Another run is at work on the same batch.", innerException);
