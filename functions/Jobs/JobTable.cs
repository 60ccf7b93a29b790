using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>The jobs of one kind that were ever accepted, and the order in which they came.</summary>
/// <param name="lazyTable">Where they lie.</param>
/// <param name="kind">What a job is called when it cannot be found, such as <c>CSV job</c>.</param>
/// <param name="time">Says when a job is accepted.</param>
/// <param name="changed">Hears of each job that changed; null where nobody asks.</param>
internal sealed class JobTable<TJob>(LazyTable lazyTable, string kind, TimeProvider time, Action<TJob>? changed = null)
    where TJob : class, IJobRow
{
    private const string RecentPartition = "recent";

    /// <summary>Records a job; when it is known already, answers what is recorded.</summary>
    public async Task<TJob> AddAsync(TJob job, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        job.CreatedAt = time.GetUtcNow();
        if (!await table.TryAddAsync(job, cancellationToken))
        {
            job = await FindAsync(job.RowKey, cancellationToken)
                ?? throw new InvalidOperationException($"The {kind} {job.RowKey} is in the table and cannot be read from it.");
        }

        // Written again when the job is known: whoever recorded it may have died before this.
        await table.UpsertEntityAsync(
            new TableEntity(RecentPartition, RecentKey(job)) { ["Id"] = job.RowKey }, TableUpdateMode.Replace, cancellationToken);
        changed?.Invoke(job);
        return job;
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<TJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TJob>(IJobRow.Partition, id, cancellationToken);
    }

    /// <summary>Changes a job, however many change it at once.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="change">Changes what is stored, and answers whether it may: called anew when somebody else was faster.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    /// <returns>The job as it then stands.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public async Task<TJob> ChangeAsync(string id, Func<TJob, bool> change, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var (job, isWritten) = await table.ChangeAsync<TJob>(
            IJobRow.Partition, id,
            found => change(found ?? throw new InvalidOperationException($"There is no {kind} {id}.")) ? found : null, cancellationToken);
        if (isWritten) changed?.Invoke(job!);
        return job!;
    }

    /// <summary>
    /// Notes that a job's orchestration was started. Whoever starts it does so at once, and its first activity again: the one may die
    /// before, the other is never run when the orchestration is ended by then. What runs a job's steps and is none, such as a profile, has
    /// nothing to note.
    /// </summary>
    public async Task BeginAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is { IsBegun: false })
            await ChangeAsync(id, job => !job.IsBegun && (job.IsBegun = true), cancellationToken);
    }

    /// <summary>A page of jobs, newest first.</summary>
    /// <param name="size">Jobs on a page, 1 to 100.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<(IReadOnlyList<TJob> Jobs, string? Continuation)> ListAsync(
        int size, string? continuation, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {RecentPartition} and RowKey gt {continuation ?? ""}");
        var recent = new List<TableEntity>();
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken))
        {
            recent.Add(entity);
            if (recent.Count == size) break;
        }

        var jobs = await Task.WhenAll(recent.Select(r => FindAsync(r.GetString("Id"), cancellationToken)));
        return ([.. jobs.OfType<TJob>()], recent.Count == size ? recent[^1].RowKey : null);
    }

    /// <summary>The ids of jobs that were accepted before a time, and are in one of some states.</summary>
    /// <param name="before">The time.</param>
    /// <param name="states">The states, as the rows have them.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async IAsyncEnumerable<string> ListIdsAsync(
        DateTimeOffset before, IEnumerable<string> states, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var any = string.Join(" or ", states.Select(state => TableClient.CreateQueryFilter($"State eq {state}")));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {IJobRow.Partition} and CreatedAt le {before}") + $" and ({any})";
        await foreach (var row in table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken))
            yield return row.RowKey;
    }

    /// <summary>Deletes a job, if it is there.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } job) return;
        var table = await lazyTable.GetAsync(cancellationToken);
        await table.DeleteEntityAsync(RecentPartition, RecentKey(job), ETag.All, cancellationToken);
        await table.DeleteEntityAsync(job.PartitionKey, job.RowKey, ETag.All, cancellationToken);
    }

    private static string RecentKey(TJob job) => $"{NewestFirst.Key(job.CreatedAt)}-{job.RowKey}";
}
