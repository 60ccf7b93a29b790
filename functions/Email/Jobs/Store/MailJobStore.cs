using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Email.Jobs.Store;

/// <summary>The mail jobs that were ever accepted. A job that has ended stays as it is, whatever comes late.</summary>
public sealed class MailJobStore(LazyTable lazyTable, TimeProvider clock)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MailJobs";

    private const string RecentPartition = "recent";

    /// <summary>Records a job; when it is known already, answers what is recorded.</summary>
    public async Task<MailJobEntity> AddAsync(MailJobEntity job, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        job.CreatedAt = clock.GetUtcNow();
        try
        {
            await table.AddEntityAsync(job, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            job = await FindAsync(job.RowKey, cancellationToken) ?? throw new InvalidOperationException($"Mail job {job.RowKey} is in the table and cannot be read from it.");
        }

        // Written again when the job is known: whoever recorded it may have died before this.
        await table.UpsertEntityAsync(new TableEntity(RecentPartition, RecentKey(job)) { ["Id"] = job.RowKey }, TableUpdateMode.Replace, cancellationToken);
        return job;
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<MailJobEntity?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var found = await table.GetEntityIfExistsAsync<MailJobEntity>(MailJobEntity.Partition, id, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Ends a job that runs. One that was cancelled keeps its state and takes the figures all the same.</summary>
    /// <returns>The job as it then stands.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public async Task<MailJobEntity> EndAsync(string id, MailJobState state, Action<MailJobEntity>? change, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        while (true)
        {
            var job = await FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no mail job {id}.");
            if (job.GetState() is MailJobState.Running) job.State = state.ToString();
            else if (job.GetState() != state && job.GetState() != MailJobState.Cancelled) return job;
            job.EndedAt ??= clock.GetUtcNow();
            change?.Invoke(job);
            try
            {
                await table.UpdateEntityAsync(job, job.ETag, TableUpdateMode.Replace, cancellationToken);
                return job;
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Somebody else ended it meanwhile: what they did decides what is still allowed.
            }
        }
    }

    /// <summary>A page of jobs, newest first.</summary>
    /// <param name="size">Jobs on a page, 1 to 100.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<(IReadOnlyList<MailJobEntity> Jobs, string? Continuation)> ListAsync(int size, string? continuation, CancellationToken cancellationToken)
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
        return ([.. jobs.OfType<MailJobEntity>()], recent.Count == size ? recent[^1].RowKey : null);
    }

    /// <summary>The ids of jobs that ended before a time.</summary>
    /// <param name="before">The time.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    internal async Task<List<string>> ListEndedAsync(DateTimeOffset before, int max, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {MailJobEntity.Partition} and EndedAt lt {before}");
        return await table.QueryAsync<TableEntity>(filter, max, select: ["RowKey"], cancellationToken: cancellationToken).Take(max).Select(r => r.RowKey).ToListAsync(cancellationToken);
    }

    /// <summary>Deletes a job.</summary>
    internal async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } job) return;
        var table = await lazyTable.GetAsync(cancellationToken);
        await table.DeleteEntityAsync(RecentPartition, RecentKey(job), ETag.All, cancellationToken);
        await table.DeleteEntityAsync(job.PartitionKey, job.RowKey, ETag.All, cancellationToken);
    }

    // Tables sort by key, ascending: the remaining time to the end of the calendar puts the newest first.
    private static string RecentKey(MailJobEntity job) =>
        (DateTimeOffset.MaxValue.Ticks - job.CreatedAt.UtcTicks).ToString("D19", CultureInfo.InvariantCulture) + "-" + job.RowKey;
}
