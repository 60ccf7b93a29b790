using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tasks.Batches;

/// <summary>A change of a member that waits to be counted.</summary>
internal sealed class CountedChange(string partition, string member, MemberChange change)
{
    private readonly TaskCompletionSource<CountedRound> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MemberChange Change => change;

    public Task<CountedRound> Done => _done.Task;

    /// <summary>The row that says so.</summary>
    public string RowKey { get; } =
        change is MemberChange.Added or MemberChange.Withdrawn ? BatchKeys.BuildAddedRow(member) : BatchKeys.BuildEndedRow(member);

    public TableTransactionAction ToAction() => change is MemberChange.Withdrawn
        ? new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, RowKey), ETag.All)
        : new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity(partition, RowKey) { [nameof(Change)] = change.ToString() });

    /// <summary>True when it was counted before.</summary>
    public async Task<bool> IsKnownAsync(TableClient table) =>
        await table.FindAsync<TableEntity>(partition, RowKey, CancellationToken.None) is null == change is MemberChange.Withdrawn;

    public void Succeed(CountedRound round) => _done.TrySetResult(round);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
