namespace Serverless.Tasks.Batches;

/// <summary>
/// Adds members to a batch. Each is there before its message is, and the batch is looked at once more after that: it completes only after
/// nobody can add anything any more, so that one that was added in time is waited for.
/// </summary>
internal sealed class BatchMembers(BatchStore batches, BatchCounter counter, BatchTotals totals)
{
    /// <summary>Refuses whoever may add nothing.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="by">The task that adds; null for anybody else.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="UnknownBatchException">There is no such batch.</exception>
    /// <exception cref="BatchClosedException">It takes no more.</exception>
    public async Task<BatchState> RequireOpenAsync(string batch, string? by, CancellationToken cancellationToken)
    {
        var found = await batches.FindAsync(batch, cancellationToken) ?? throw new UnknownBatchException(batch);
        return found.State.Phase switch
        {
            BatchPhase.Open => found.State,
            BatchPhase.Closed when by is not null && await totals.IsPendingAsync(batch, by, cancellationToken) => found.State,
            _ => throw new BatchClosedException(batch),
        };
    }

    /// <summary>Adds members; those that are there already stay so.</summary>
    /// <exception cref="BatchClosedException">It takes no more; none of them was added.</exception>
    public async Task AddAsync(string batch, IReadOnlyCollection<string> members, string? by, CancellationToken cancellationToken)
    {
        var rounds = await Task.WhenAll(members.Select(member => counter.CountAsync(batch, member, MemberChange.Added)));
        try
        {
            await RequireOpenAsync(batch, by, cancellationToken);
        }
        catch (BatchClosedException)
        {
            var added = members.Zip(rounds).Where(m => !m.Second.WasKnown).Select(m => m.First);
            await Task.WhenAll(added.Select(member => counter.CountAsync(batch, member, MemberChange.Withdrawn)));
            throw;
        }
    }
}
