using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Summary;
using Serverless.Jobs;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.CsvJobs.Store;

/// <summary>
/// The jobs that were ever accepted. It outlives the orchestrations' histories, so that purging one does not make the
/// reconciler do the work again, and its state decides between commit and cancel.
/// </summary>
internal sealed class CsvJobStore(
    [FromKeyedServices(CsvJobStore.TableName)] LazyTable table, TimeProvider time, ChangeLog? changes = null)
    : JobTable<CsvJobEntity>(table, CsvJobEntity.Name, ChangeKinds.CsvJob, time, changes)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "CsvJobs";

    /// <summary>The form of its keys.</summary>
    public static readonly TableForm Form = new(
        TableName, 2, [.. JobRows.Moves, new("blob", row => [MovedPartition.Under(BlobPartitionOf(row.RowKey), row)])]);

    // A property of a row holds 32,000 characters; summary.json names all rounds.
    private const int MaxRounds = 30;

    private const string ReconcilerPartition = "reconciler";
    private const string ReconciledRow = "incoming";
    private const string ReconciledUntil = "Until";

    /// <summary>The jobs of whose end somebody is still to be told.</summary>
    public UntoldJobs Untold { get; } = new(table);

    /// <inheritdoc/>
    public override async Task<CsvJobEntity> AddAsync(CsvJobEntity job, CancellationToken cancellationToken)
    {
        job = await base.AddAsync(job, cancellationToken);
        await ClaimAsync(job.Path, job.BlobETag, job.RowKey, cancellationToken);
        return job;
    }

    /// <summary>Notes that this content has a job.</summary>
    public async Task ClaimAsync(string path, string etag, string id, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var key = ContentHash.Of(path, etag);
        await client.UpsertEntityAsync(
            new TableEntity(BlobPartitionOf(key), key) { ["Id"] = id }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>True when any job was ever accepted for this content.</summary>
    public async Task<bool> HasJobAsync(string path, string etag, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var key = ContentHash.Of(path, etag);
        return await client.FindAsync<TableEntity>(BlobPartitionOf(key), key, cancellationToken) is not null;
    }

    /// <summary>Until when all files that came have their job; null before the first reconciliation.</summary>
    public async Task<DateTimeOffset?> FindReconciledAsync(CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        var row = await client.FindAsync<TableEntity>(ReconcilerPartition, ReconciledRow, cancellationToken);
        return row?.GetDateTimeOffset(ReconciledUntil);
    }

    /// <summary>Notes that all files that came until then have their job.</summary>
    public async Task SaveReconciledAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var client = await Table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(
            new TableEntity(ReconcilerPartition, ReconciledRow) { [ReconciledUntil] = until }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Changes a job's state and whatever else the caller sets, if the state may change so.</summary>
    /// <returns>The job as it then stands: in another state than asked for when the change is not allowed.</returns>
    /// <exception cref="InvalidOperationException">There is no such job.</exception>
    public async Task<CsvJobEntity> MoveAsync(
        string id, CsvJobState to, Action<CsvJobEntity>? change, CancellationToken cancellationToken)
    {
        // Noted before the end is: whoever would tell of it may be gone right after.
        if (CsvJobTransitions.IsFinal(to) && await FindAsync(id, cancellationToken) is { EndedAt: null } ending
            && ending.HasFinishTarget())
            await Untold.NoteAsync(id, Now, cancellationToken);
        return await ChangeAsync(
            id,
            job =>
            {
                if (!CsvJobTransitions.Allows(job.GetState(), to)) return false;
                job.State = to.ToString();
                if (CsvJobTransitions.IsFinal(to)) job.EndedAt ??= Now;
                else job.EndedAt = null;
                change?.Invoke(job);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Lets a job read its file again, once for each commit: a second run of one must not stop the next.</summary>
    public Task RestartAsync(string id, int round, CancellationToken cancellationToken) => ChangeAsync(
        id,
        job =>
        {
            if (job.GetState() != CsvJobState.Committing || job.CommitRound != round) return false;
            job.State = nameof(CsvJobState.Running);
            return true;
        },
        cancellationToken);

    /// <summary>Lets one round of mending begin on a completed job, and no other until it has ended.</summary>
    /// <param name="id">The job's id.</param>
    /// <param name="round">The round.</param>
    /// <param name="lost">A round that is known not to be at work any more.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    /// <returns>False when another round is at work.</returns>
    public async Task<bool> BeginMendAsync(string id, MendRound round, string? lost, CancellationToken cancellationToken)
    {
        var job = await ChangeAsync(
            id,
            job =>
            {
                if (job.GetState() != CsvJobState.Completed || (job.Mending is not null && job.Mending != lost)) return false;
                (job.Mending, job.MendingSince) = (round.Id, Now);
                return true;
            },
            cancellationToken);
        return job.Mending == round.Id;
    }

    /// <summary>Notes that a round has ended, once, and lets the next begin.</summary>
    public Task EndMendAsync(string id, MendRound round, Action<CsvJobEntity>? change, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            job =>
            {
                var rounds = job.GetRounds();
                if (job.Mending == round.Id) (job.Mending, job.MendingSince) = (null, null);
                if (rounds.Any(r => r.Id == round.Id)) return true;
                job.Rounds = JsonSerializer.Serialize(rounds.Append(round).TakeLast(MaxRounds));
                change?.Invoke(job);
                return true;
            },
            cancellationToken);

    private static string BlobPartitionOf(string key) => $"blob-{key[..2]}";
}
