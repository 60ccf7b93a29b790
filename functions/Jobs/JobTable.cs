using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>
/// The jobs of one kind that were ever accepted, and the order in which they came. A kind's own store adds how its jobs end.
/// </summary>
/// <param name="table">Where they lie.</param>
/// <param name="name">What a job is called when it cannot be found, such as <c>CSV job</c>.</param>
/// <param name="kind">The kind of their changes, one of <see cref="ChangeKinds"/>.</param>
/// <param name="time">Says when a job is accepted.</param>
/// <param name="changes">Hears of each job that changed; null where nobody asks.</param>
internal abstract class JobTable<TJob>(LazyTable table, string name, string kind, TimeProvider time, ChangeLog? changes)
    where TJob : class, IJobRow
{
    private const string Running = nameof(Running);

    private readonly OpenHours _open = JobRows.Open(time);

    /// <summary>The table, for what a kind keeps beside its jobs.</summary>
    protected LazyTable Table => table;

    /// <summary>The time of what is written.</summary>
    protected DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Records a job; when it is known already, answers what is recorded.</summary>
    public virtual async Task<TJob> AddAsync(TJob job, CancellationToken cancellationToken)
    {
        job = await FindAsync(job.RowKey, cancellationToken) ?? await AddNewAsync(job, cancellationToken);
        Note(job);
        return job;
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<TJob?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return await client.FindAsync<TJob>(JobRows.PartitionOf(id), id, cancellationToken);
    }

    /// <summary>Changes a job, however many change it at once.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="change">Changes what is stored, and answers whether it may: called anew when somebody else was faster.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    /// <returns>The job as it then stands.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    protected async Task<TJob> ChangeAsync(string id, Func<TJob, bool> change, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        while (true)
        {
            var job = await FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no {name} {id}.");
            var hadEnded = job.EndedAt is not null;
            if (!change(job)) return job;

            // Listed as open before it is, and as ended after it has: whoever dies in between leaves one that is looked at once too often.
            if (hadEnded && job.EndedAt is null) await ListAsOpenAsync(client, job, cancellationToken);
            try
            {
                await client.UpdateEntityAsync(job, job.ETag, TableUpdateMode.Replace, cancellationToken);
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // What somebody else did meanwhile decides what is still allowed.
                continue;
            }

            if (!hadEnded && job.EndedAt is not null) await ListAsEndedAsync(client, job, cancellationToken);
            Note(job);
            return job;
        }
    }

    /// <summary>
    /// Notes that a job's orchestration was started. Whoever starts it does so at once, and its first activity again: the one may die
    /// before, the other is never run when the orchestration is ended by then. What runs a job's steps and is none, such as a profile, has
    /// nothing to note.
    /// </summary>
    public async Task BeginAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        try
        {
            // Nothing else of the row is written, so it need not be read, and neither of the two waits for the other.
            var begun = new TableEntity(JobRows.PartitionOf(id), id) { [nameof(IJobRow.IsBegun)] = true };
            await client.UpdateEntityAsync(begun, ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // No job's.
        }
    }

    /// <summary>Notes that a running job has come further.</summary>
    public void NoteProgress(string id) => changes?.Note(kind, id, Running);

    /// <summary>True when the job is known and has not ended.</summary>
    public async Task<bool> IsRunningAsync(string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { EndedAt: null };

    /// <summary>A page of jobs, newest first.</summary>
    /// <param name="size">Jobs on a page, 1 to 100.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<(IReadOnlyList<TJob> Jobs, string? Continuation)> ListAsync(
        int size, string? continuation, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var rows = await JobRows.Index.ReadAsync(client, new TimeSlice { From = continuation }, size, cancellationToken: cancellationToken)
            .Take(size).ToListAsync(cancellationToken);
        var jobs = await Task.WhenAll(rows.Select(row => FindListedAsync(row, cancellationToken)));
        return ([.. jobs.OfType<TJob>()], rows.Count == size ? rows[^1].RowKey : null);
    }

    /// <summary>The ids of jobs that were accepted before a time and have not ended.</summary>
    /// <param name="before">The time.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async IAsyncEnumerable<string> ListUnendedAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await foreach (var id in _open.ListAsync(
            client, before, slice => FindUnendedAsync(client, slice.Before(before), cancellationToken), cancellationToken)) yield return id;
    }

    /// <summary>Jobs that ended before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<IReadOnlyList<EndedJob>> ListEndedAsync(DateTimeOffset before, int max, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var hasEnded = TableClient.CreateQueryFilter($"IsEnded eq {true} and EndedAt lt {before}");
        return await JobRows.Index.ReadOlderAsync(client, before, hasEnded, null, max, cancellationToken)
            .SelectMany(page => page.Values).Take(max).Select(row => new EndedJob(row.GetString(JobRows.Id), row.RowKey))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Deletes a job that has ended. Its place goes last: a deletion that was cut off is found again.</summary>
    public async Task DeleteAsync(EndedJob ended, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        if (await FindAsync(ended.Id, cancellationToken) is { } job && JobRows.PlaceOf(job) == ended.Place)
            await client.DeleteEntityAsync(job.PartitionKey, job.RowKey, ETag.All, cancellationToken);
        await RemovePlaceAsync(client, ended.Place, cancellationToken);
    }

    private void Note(TJob job) => changes?.Note(kind, job.RowKey, job.State);

    // Listed first: whoever dies in between leaves a place without a job, which is passed over.
    private async Task<TJob> AddNewAsync(TJob job, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        (job.PartitionKey, job.CreatedAt) = (JobRows.PartitionOf(job.RowKey), time.GetUtcNow());
        await ListAsOpenAsync(client, job, cancellationToken);
        try
        {
            await client.AddEntityAsync(job, cancellationToken);
            return job;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            var known = await FindAsync(job.RowKey, cancellationToken)
                ?? throw new InvalidOperationException($"The {name} {job.RowKey} is in the table and cannot be read from it.");
            if (JobRows.PlaceOf(known) != JobRows.PlaceOf(job)) await RemovePlaceAsync(client, JobRows.PlaceOf(job), cancellationToken);
            return known;
        }
    }

    private async Task ListAsOpenAsync(TableClient client, TJob job, CancellationToken cancellationToken)
    {
        await _open.NoteAsync(client, job.CreatedAt, cancellationToken);
        await client.UpsertEntityAsync(JobRows.OfIndex(job.RowKey, job.CreatedAt, null), TableUpdateMode.Replace, cancellationToken);
    }

    private static async Task ListAsEndedAsync(TableClient client, TJob job, CancellationToken cancellationToken) =>
        await client.UpsertEntityAsync(JobRows.OfIndex(job.RowKey, job.CreatedAt, job.EndedAt), TableUpdateMode.Replace, cancellationToken);

    private static async Task RemovePlaceAsync(TableClient client, string place, CancellationToken cancellationToken) =>
        await client.DeleteEntityAsync(JobRows.Index.PartitionOf(place), place, ETag.All, cancellationToken);

    // Whoever listed a job may have died before it was recorded, and another recorded it later: it is listed once.
    private async Task<TJob?> FindListedAsync(TableEntity row, CancellationToken cancellationToken) =>
        await FindAsync(row.GetString(JobRows.Id), cancellationToken) is { } job && JobRows.PlaceOf(job) == row.RowKey ? job : null;

    private async IAsyncEnumerable<string> FindUnendedAsync(
        TableClient client, TimeSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var unended = slice with { Filter = TableClient.CreateQueryFilter($"IsEnded eq {false}") };
        await foreach (var row in JobRows.Index.ReadAsync(client, unended, JobRows.MaxPage, cancellationToken: cancellationToken))
        {
            if (await FindListedAsync(row, cancellationToken) is not { } job)
                await RemovePlaceAsync(client, row.RowKey, cancellationToken);
            else if (job.EndedAt is null) yield return job.RowKey;
            else await ListAsEndedAsync(client, job, cancellationToken);
        }
    }
}

/// <summary>A job that has ended, and its place in the list.</summary>
internal sealed record EndedJob(string Id, string Place);
