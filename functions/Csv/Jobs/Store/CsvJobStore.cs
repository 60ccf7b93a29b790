using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Csv.Jobs.Store;

/// <summary>
/// The jobs that were ever accepted. It outlives the orchestrations' histories, so that purging one does not make the
/// reconciler do the work again, and its state decides between commit and cancel.
/// </summary>
public sealed class CsvJobStore(LazyTable lazyTable, TimeProvider clock)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "CsvJobs";

    private const string BlobPartition = "blob";
    private const string RecentPartition = "recent";

    /// <summary>Records a job; when it is known already, answers what is recorded.</summary>
    public async Task<CsvJobEntity> AddAsync(CsvJobEntity job, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        job.CreatedAt = clock.GetUtcNow();
        try
        {
            await table.AddEntityAsync(job, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            job = await FindAsync(job.RowKey, cancellationToken)
                ?? throw new InvalidOperationException($"Job {job.RowKey} is in the table and cannot be read from it.");
        }

        // Written again when the job is known: whoever recorded it may have died before these.
        await Task.WhenAll(
            table.UpsertEntityAsync(new TableEntity(RecentPartition, RecentKey(job)) { ["Id"] = job.RowKey }, TableUpdateMode.Replace, cancellationToken),
            ClaimAsync(job.Path, job.BlobETag, job.RowKey, cancellationToken));
        return job;
    }

    /// <summary>Notes that this content has a job.</summary>
    public async Task ClaimAsync(string path, string etag, string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        await table.UpsertEntityAsync(
            new TableEntity(BlobPartition, CsvJobId.Hash(path, etag)) { ["Id"] = id }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Whether any job was ever accepted for this content.</summary>
    public async Task<bool> HasJobAsync(string path, string etag, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(BlobPartition, CsvJobId.Hash(path, etag), cancellationToken: cancellationToken);
        return found.HasValue;
    }

    /// <summary>Null when there is no such job.</summary>
    public async Task<CsvJobEntity?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var found = await table.GetEntityIfExistsAsync<CsvJobEntity>(CsvJobEntity.Partition, id, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>Changes a job's state and whatever else the caller sets, if the state may change so.</summary>
    /// <returns>The job as it then stands: in another state than asked for when the change is not allowed.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public async Task<CsvJobEntity> MoveAsync(string id, CsvJobState to, Action<CsvJobEntity>? change, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        while (true)
        {
            var job = await FindAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no CSV job {id}.");
            if (!CsvJobTransitions.Allows(job.GetState(), to)) return job;
            job.State = to.ToString();
            if (CsvJobTransitions.IsFinal(to)) job.EndedAt ??= clock.GetUtcNow();
            else job.EndedAt = null;
            change?.Invoke(job);
            try
            {
                await table.UpdateEntityAsync(job, job.ETag, TableUpdateMode.Replace, cancellationToken);
                return job;
            }
            catch (RequestFailedException e) when (e.Status == 412)
            {
                // Somebody else moved it meanwhile: what they did decides what is still allowed.
            }
        }
    }

    /// <summary>A page of jobs, newest first.</summary>
    /// <param name="size">Jobs on a page, 1 to 100.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<(IReadOnlyList<CsvJobEntity> Jobs, string? Continuation)> ListAsync(int size, string? continuation, CancellationToken cancellationToken)
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
        return ([.. jobs.OfType<CsvJobEntity>()], recent.Count == size ? recent[^1].RowKey : null);
    }

    // Tables sort by key, ascending: the remaining time to the end of the calendar puts the newest first.
    private static string RecentKey(CsvJobEntity job) =>
        (DateTimeOffset.MaxValue.Ticks - job.CreatedAt.UtcTicks).ToString("D19", CultureInfo.InvariantCulture) + "-" + job.RowKey;
}
