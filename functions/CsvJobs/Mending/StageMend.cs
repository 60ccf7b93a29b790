using Azure;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Keys;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Cleans mended records and stages all that changes with them. Nothing is visible, and doing it twice stages the same.</summary>
internal sealed class StageMend(
    Containers containers, CsvJobStore store, MaskKeys maskKeys, GivenSchemas schemas, MendLoader loads, LoadPreparer tables,
    KeyHashing hashing, TimeProvider time)
{
    /// <summary>Stages a round, unless it is done. Where the commit has found records that a table refuses, it is staged again.</summary>
    /// <exception cref="CsvJobException">The outputs or the file were changed, or another round was begun.</exception>
    [Function(nameof(StageMend))]
    public async Task RunAsync([ActivityTrigger] MendTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (index, etag) = await OutputIndex.FindAsync(folder, cancellationToken)
            ?? throw new CsvJobException("The job has no index of its output any more.");

        // What is decided stays so: the outputs may have been begun to follow.
        if (index.Rounds.Any(r => r.Id == task.Round.Id)) return;
        var refusals = 0;
        if (await MendCommit.FindAsync(folder, task.Round.Id, cancellationToken) is { } staged)
        {
            if (staged.Load is not { } load || await loads.CountRefusedAsync(load.Plan, load.Refusals, cancellationToken) == 0) return;
            refusals = load.Refusals + 1;

            // The commit has taken them before it knew.
            await new OutputLeases(folder, task.Round.Id).ReleaseAsync(staged.Outputs, cancellationToken);
        }

        if ((await store.FindAsync(JobFolder.IdOf(task.Folder), cancellationToken))?.Mending != task.Round.Id)
            throw new CsvJobException("Another round was begun meanwhile: nothing was changed.");

        try
        {
            var commit = await StageAsync(folder, task, index, refusals, cancellationToken);
            await (commit with { IndexETag = etag.ToString() }).SaveAsync(folder, task.Round.Id, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            throw new CsvJobException("The outputs were replaced or deleted since the job wrote them: nothing was changed.", e);
        }
    }

    private async Task<MendCommit> StageAsync(
        JobFolder folder, MendTask task, OutputIndex index, int refusals, CancellationToken cancellationToken)
    {
        var plan = index.Plan;
        var schema = TableSchemaParser.Parse(plan.Schema).Schema ?? new TableSchema([]);
        var raws = new RawRecords(plan.Dialect);
        var request = await MendRequest.LoadAsync(folder, task.Round.Id, cancellationToken);
        var files = plan.IsSet ? await IndexedFiles.LoadAsync(folder, cancellationToken) : null;
        var maskKey = maskKeys.FindUsed(plan.MaskKey, schema, plan.MaskCheck);
        var hidden = new HiddenValues(schema, raws, index.Resent);
        var selection = new MendSelection(request, schema, raws, hidden);
        var input = new MendInput(containers, index, files);
        var rejects = await OwnRejects.ReadAsync(folder, index.RejectIds, cancellationToken);
        if (hidden.Any)
        {
            await rejects.VisitAsync(selection.Prepare, cancellationToken);
            if (hidden.Wanted.Count > 0)
                await input.ReadAsync("Masked values are taken from the file", hidden.Wanted, hidden.Take, cancellationToken);
        }

        await using var comparison = new MendComparison(index, schema, raws, maskKey, hashing);
        var references = new ReferencedFileReader(containers, schemas, tables, hashing, plan, schema);
        await comparison.RunAsync(input, references, rejects, selection, cancellationToken);
        var stager = new RoundStager(
            folder, task.Round, index, schema, rejects, selection, raws, comparison, maskKey, files, time);
        if (plan.Load is not { } loaded)
            return (await stager.StageAsync(load: null, cancellationToken))!;

        var load = await loads.PrepareAsync(loaded, task.Round.Id, schema, refusals, cancellationToken);
        var refused = new Dictionary<long, RefusedRow>();
        while (true)
        {
            // Once more without what the table refuses.
            await using var pass = loads.Open(load, refused);
            if (await stager.StageAsync(pass, cancellationToken) is { } commit)
                return pass.Writer.Records == 0 ? commit : commit with { Load = new MendedLoad(load, pass.Writer.Records, refusals) };
            foreach (var (row, refusal) in pass.Found) refused[row] = refusal;
        }
    }
}
