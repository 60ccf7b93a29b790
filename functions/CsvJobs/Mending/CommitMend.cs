using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Makes a round visible: each output as it was or as it is to be, and a second run ends what the first began.</summary>
internal sealed class CommitMend(Containers containers, CsvJobStore store, MendLoader loads, ILogger<CommitMend> logger)
{
    /// <summary>Commits what was staged.</summary>
    /// <returns>How many of its records a table refuses; with any nothing was changed, and it is to be staged again.</returns>
    /// <exception cref="CsvJobException">An output was changed by somebody else before the first was committed.</exception>
    [Function(nameof(CommitMend))]
    public async Task<long> RunAsync([ActivityTrigger] MendTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var commit = await MendCommit.FindAsync(folder, task.Round.Id, cancellationToken);
        var leases = new OutputLeases(folder, task.Round.Id);
        IReadOnlyList<string> faults = [];
        if (await FindDoneAsync(folder, task, cancellationToken) is not { } index)
        {
            if (commit is null) throw new CsvJobException("Nothing was staged: nothing was changed.");
            (faults, var refused) = await CommitAsync(folder, commit, leases, cancellationToken);
            if (refused > 0) return refused;
            index = await SaveIndexAsync(folder, task, commit, cancellationToken);
        }

        var id = JobFolder.IdOf(task.Folder);
        var round = index.Rounds.First(r => r.Id == task.Round.Id);
        if (faults is [var fault, ..]) round = round with { Error = $"{fault}: it was left alone, and all else is mended." };
        if (commit is not null) await leases.ReleaseAsync(commit.Outputs, cancellationToken);

        // Before the round is seen to have ended: then it has left nothing.
        if (index.Plan.Load is { } loaded) await loads.DropAsync(loaded, task.Round.Id, cancellationToken);
        await store.EndMendAsync(id, round, job =>
        {
            (job.Total, job.Accepted, job.Rejected) = (index.Totals.Rows, index.Totals.Accepted, index.Totals.Rejected);
        }, cancellationToken);
        await MendRequest.DeleteAsync(folder, task.Round.Id, cancellationToken);
        await MendCommit.DeleteAsync(folder, task.Round.Id, cancellationToken);
        Logs.JobMended(logger, id, round.Accepted, round.Rejected);
        return 0;
    }

    // Gives what somebody else has done to outputs after the first was committed, or how many records a table refuses before that.
    private async Task<(IReadOnlyList<string> Faults, long Refused)> CommitAsync(
        JobFolder folder, MendCommit commit, OutputLeases leases, CancellationToken cancellationToken)
    {
        // Whether all of them can be committed is known before the first is, and stays so until the last is, unless a lease is broken.
        var (open, faults) = (new List<MendedOutput>(), new List<string>());
        var isBegun = commit.Load is not null && await loads.IsDoneAsync(commit.Load.Plan, cancellationToken);
        foreach (var output in commit.Outputs)
        {
            var fault = output.ETag is null ? null : await leases.TakeAsync(output.Name, cancellationToken);
            var blob = folder.GetOutput(output.Name);
            if (await IsCommittedAsync(blob, output, cancellationToken)) isBegun = true;
            else if ((fault ?? await FindFaultAsync(blob, output, cancellationToken)) is { } found) faults.Add(found);
            else open.Add(output);
        }

        if (faults.Count > 0 && !isBegun)
        {
            // The round may have been ended elsewhere: then nobody else would give them back.
            await leases.ReleaseAsync(commit.Outputs, cancellationToken);
            throw new CsvJobException($"{faults[0]}: nothing was changed.");
        }

        if (commit.Load is { } load
            && await loads.CommitAsync(load.Plan, load.Rows, load.Refusals, cancellationToken) is > 0 and var refused)
            return ([], refused);

        foreach (var output in open)
        {
            var options = new CommitBlockListOptions
            {
                HttpHeaders = new BlobHttpHeaders { ContentType = output.ContentType },
                Conditions = output.ETag is { } etag
                    ? new BlobRequestConditions { IfMatch = new ETag(etag), LeaseId = leases.Id } : null,
            };
            await folder.GetOutput(output.Name).CommitBlockListAsync(output.Blocks, options, cancellationToken);
        }

        return (faults, 0);
    }

    private static async Task<bool> IsCommittedAsync(BlockBlobClient blob, MendedOutput output, CancellationToken cancellationToken)
    {
        try
        {
            var list = (await blob.GetBlockListAsync(BlockListTypes.Committed, cancellationToken: cancellationToken)).Value;
            return list.CommittedBlocks.Select(b => b.Name).SequenceEqual(output.Blocks, StringComparer.Ordinal);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return false;
        }
    }

    private static async Task<string?> FindFaultAsync(BlockBlobClient blob, MendedOutput output, CancellationToken cancellationToken)
    {
        if (output.ETag is null) return null;
        try
        {
            var now = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag;
            return now.ToString() == output.ETag ? null : $"{output.Name} was replaced since the job wrote it";
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return $"{output.Name} was deleted since the job wrote it";
        }
    }

    private static async Task<OutputIndex> SaveIndexAsync(
        JobFolder folder, MendTask task, MendCommit commit, CancellationToken cancellationToken)
    {
        try
        {
            await commit.Index.SaveAsync(folder, new ETag(commit.IndexETag), cancellationToken);
            return commit.Index;
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // The same activity may have run elsewhere, when it was thought to be lost.
            return await FindDoneAsync(folder, task, cancellationToken)
                ?? throw new CsvJobException("The index of the output was changed by another round.", e);
        }
    }

    private static async Task<OutputIndex?> FindDoneAsync(JobFolder folder, MendTask task, CancellationToken cancellationToken) =>
        await OutputIndex.FindAsync(folder, cancellationToken) is { } found && found.Index.Rounds.Any(r => r.Id == task.Round.Id)
            ? found.Index : null;
}
