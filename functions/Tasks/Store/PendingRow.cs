using Azure;
using Azure.Data.Tables;

namespace Serverless.Tasks.Store;

/// <summary>The changes of one row that are stored together.</summary>
internal sealed class PendingRow(TableEntity change, RowVersion? version)
{
    private readonly TaskCompletionSource _stored = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isSent;

    public TableEntity Change { get; } = change;

    public RowVersion? Version { get; private set; } = version;

    public Task Stored => _stored.Task;

    public bool IsConditional => Version?.Tag is not null;

    /// <summary>It waits to be written; before, it waits for a later change to take it along.</summary>
    public bool IsQueued { get; private set; }

    /// <summary>It is being written.</summary>
    public bool IsTaken { get; set; }

    /// <summary>The number of later changes that were taken in.</summary>
    public int Joined { get; private set; }

    /// <summary>Notes that it waits to be written; one that a sender noted may come to be more than that, not the other way.</summary>
    /// <returns>True when it has to be queued, and is passed over where it waited before.</returns>
    public bool TryQueue(bool isSent)
    {
        if (IsQueued && (!_isSent || isSent)) return false;
        (IsQueued, _isSent) = (true, isSent);
        return true;
    }

    /// <summary>Takes a later change in, unless another run made it.</summary>
    public bool TryJoin(TableEntity later, RowVersion? version)
    {
        if (Version is not null && version is not null && Version != version) return false;

        Version ??= version;
        foreach (var (name, value) in later) Change[name] = value;
        Joined++;
        return true;
    }

    /// <summary>The size of what is large in it.</summary>
    public int CountBytes() => Change.Sum(property => property.Value is byte[] bytes ? bytes.Length : 0);

    public TableTransactionAction ToAction() => Version?.Tag is { } tag
        ? new TableTransactionAction(TableTransactionActionType.UpdateMerge, Change, tag)
        : new TableTransactionAction(TableTransactionActionType.UpsertMerge, Change);

    /// <param name="tag">The row's new tag; null when it was not written.</param>
    public void Succeed(ETag? tag)
    {
        if (tag is not null && Version is not null) Version.Tag = tag;
        _stored.TrySetResult();
    }

    public void Fail(Exception exception) => _stored.TrySetException(exception);
}
