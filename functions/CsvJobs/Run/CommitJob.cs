using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Csv.Report;
using Serverless.Csv.Summary;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// Makes a job's output visible: the clean records, the rejects, the schema, the report, and last the summary, with which the job is whole.
/// </summary>
internal sealed class CommitJob(
    Containers containers, CsvPlans plans, CsvJobStore store, CsvSpeeds speeds, LoadCommitter loads, TimeProvider time,
    ILogger<CommitJob> logger)
{
    private const int MaxOutputs = 1_000;
    private const int ParallelCommits = 8;

    /// <summary>
    /// Commits, unless the job was cancelled or its file replaced meanwhile. Where a table refuses records, nothing is seen, and the job
    /// runs on.
    /// </summary>
    /// <exception cref="CsvJobException">It was.</exception>
    [Function(nameof(CommitJob))]
    public async Task<CommitOutcome> RunAsync([ActivityTrigger] CommitTask task, CancellationToken cancellationToken)
    {
        var id = JobFolder.IdOf(task.Job.Folder);
        var folder = await JobFolder.OpenAsync(containers, task.Job.Folder, cancellationToken);
        var incoming = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var job = await store.FindAsync(id, cancellationToken);

        // This commit may have found them before, and died, or a late second run of it comes while the file is read again.
        var refused = job?.GetState() is CsvJobState.Running or CsvJobState.Committing
            ? await CountRefusedAsync(folder, task, cancellationToken) : 0;
        if (refused > 0) return await RestartAsync(id, task, refused, cancellationToken);

        // From here on it is too late to cancel. A second run of this activity finds the work begun or done.
        if (job?.GetState() == CsvJobState.Running)
        {
            await CheckInputAsync(incoming, task, cancellationToken);
            var (_, schema) = await plans.LoadAsync(folder, task.Shape.ETag, cancellationToken);
            if (schema.Dimensions?.FindRowsFault(task.Totals.Rows) is { } fault) throw new CsvJobException(fault);
            job = await store.MoveAsync(id, CsvJobState.Committing, j => j.CommitRound = task.Round, cancellationToken);
        }

        if (job?.GetState() == CsvJobState.Committing) refused = await CommitAsync(id, folder, task, cancellationToken);
        else if (job?.GetState() != CsvJobState.Completed)
            throw new CsvJobException($"Job {id} is {job?.State ?? "unknown"}: nothing was committed.");

        if (refused > 0) return await RestartAsync(id, task, refused, cancellationToken);
        await folder.DeletePartsAsync(cancellationToken);
        return new CommitOutcome(
            task.Totals.Rows, task.Totals.Accepted, task.Totals.Rejected, await folder.ListOutputsAsync(MaxOutputs, cancellationToken));
    }

    private async Task<long> CountRefusedAsync(JobFolder folder, CommitTask task, CancellationToken cancellationToken) =>
        (await plans.LoadAsync(folder, task.Shape.ETag, cancellationToken)).Plan.Load is { } load
            ? await loads.CountRefusedAsync(load, task.Round, cancellationToken) : 0;

    private async Task<CommitOutcome> RestartAsync(string id, CommitTask task, long refused, CancellationToken cancellationToken)
    {
        await store.RestartAsync(id, task.Round, cancellationToken);
        return new CommitOutcome(task.Totals.Rows, task.Totals.Accepted, task.Totals.Rejected, [], refused);
    }

    // Answers how many records the table refuses.
    private async Task<long> CommitAsync(string id, JobFolder folder, CommitTask task, CancellationToken cancellationToken)
    {
        var (plan, schema) = await plans.LoadAsync(folder, task.Shape.ETag, cancellationToken);
        var state = await FoldState.LoadAsync(folder, task.Folds, cancellationToken);
        var statistics = ChunkStatistics.FromJson(JsonSerializer.SerializeToUtf8Bytes(state.Statistics));
        var duration = time.GetUtcNow() - new DateTimeOffset(DateTime.SpecifyKind(task.StartedAt, DateTimeKind.Utc));
        var summary = JobDocuments.Summarize(plan, statistics, task.Totals, duration, []);
        var report = await JobDocuments.ReportAsync(plan, summary, state.Examples, time.GetUtcNow());
        await speeds.RecordAsync(id, plan, task.Totals, cancellationToken);

        // Whatever can go wrong has gone by when the first output is seen; the summary comes last, and with it the job is whole.
        var outputs = new List<StagedOutput>
        {
            await StagedOutput.StageAsync(
                folder, Outputs.Schema, plan.Proof, Encoding.UTF8.GetBytes(plan.Schema), [], "application/json", cancellationToken),
            await StagedOutput.StageAsync(
                folder, CsvReport.HtmlName, plan.Proof, report, [], "text/html; charset=utf-8", cancellationToken),
            await JobCommit.StageRejectsAsync(folder, plan.Proof, state, cancellationToken),
        };
        outputs.AddRange(await JobCommit.StageCleanAsync(folder, plan, schema, state, cancellationToken));
        var proof = JobCommit.BuildProof(plan, task.Shape, state, outputs);
        var files = plan.Files is { } listed ? IndexedFiles.Of(listed, state.Files) : null;
        summary = summary with { Proof = proof, Files = files?.Summarize() };
        var last = await StagedOutput.StageAsync(
            folder, Outputs.Summary, plan.Proof, summary.ToJson(), [], "application/json", cancellationToken);
        if (plan.Load is { } load)
        {
            var ranges = state.Ranges.Select(r => new LoadedRange(r.Start, r.End, r.First)).ToList();
            var refused = await loads.CommitAsync(load, ranges, task.Totals.Accepted, task.Round, cancellationToken);
            if (refused > 0) return refused;
        }

        var index = new OutputIndex(
            plan with { Files = null }, task.Shape.DataStart, JobCommit.ListOutputs(plan, state),
            [.. state.RejectBlocks().Select(b => b.Id)],
            state.Statistics, task.Totals,
            duration.TotalSeconds, [], [], [], [], proof)
        {
            Places = await JobCommit.CommitRowsAsync(folder, plan, state, cancellationToken),
        };
        if (files is not null) await files.SaveAsync(folder, cancellationToken);
        await index.SaveAsync(folder, before: null, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelCommits, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(outputs, parallel, async (output, token) => await output.CommitAsync(token));
        await last.CommitAsync(cancellationToken);

        await store.MoveAsync(id, CsvJobState.Completed, j => Note(j, task.Totals, summary), cancellationToken);
        Logs.JobCompleted(logger, id, task.Totals.Accepted, task.Totals.Rows);
        return 0;
    }

    // What was replaced, came or went since the job began makes it a job of other content.
    private static async Task CheckInputAsync(BlobContainerClient incoming, CommitTask task, CancellationToken cancellationToken)
    {
        if (task.Job.Options.Files is not { } pattern)
            await new IncomingSource(incoming.GetBlobClient(task.Job.Path), task.Shape.ETag).CheckAsync(cancellationToken);
        else if ((await FileListing.ReadAsync(incoming, BlobPattern.Of(pattern), cancellationToken)).ETag != task.Shape.ETag)
            throw SourceBlob.Replaced();
    }

    private static void Note(CsvJobEntity job, JobTotals totals, JobSummary summary)
    {
        (job.Total, job.Accepted, job.Rejected) = (totals.Rows, totals.Accepted, totals.Rejected);
        job.Warnings = summary.Warnings is { Count: > 0 } warnings ? string.Join('\n', warnings) : null;
    }
}
