using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Store;

/// <summary>The runs that were ever accepted, and their steps. It outlives the orchestrations' histories.</summary>
internal sealed class RunStore(
    [FromKeyedServices(RunStore.TableName)] LazyTable lazyTable, RunBlobs blobs, TimeProvider time, ChangeLog changes)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "WorkflowRuns";

    private const int Parallel = 16;
    private const int MaxPage = 1_000;

    private readonly OpenHours _open = RunRows.Open(time);

    /// <summary>Records a run that is about to start; when its id is known already, answers what is recorded.</summary>
    public async Task<RunRecord> AddAsync(RunRecord run, CancellationToken cancellationToken)
    {
        if (await FindAsync(run.Id, cancellationToken) is { } known) return known;
        var table = await lazyTable.GetAsync(cancellationToken);

        // Listed first: the reconciler looks there for runs whose starter died before they were started.
        await _open.NoteAsync(table, run.Created, cancellationToken);
        await table.UpsertEntityAsync(RunRows.OfIndex(run), TableUpdateMode.Replace, cancellationToken);
        if (!await table.TryAddAsync(RunRows.OfRun(run), cancellationToken))
        {
            return await FindAsync(run.Id, cancellationToken)
                ?? throw new InvalidOperationException($"Run {run.Id} is in the table and cannot be read from it.");
        }

        Note(run);
        return run;
    }

    /// <summary>Null when there is no such run.</summary>
    public async Task<RunRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TableEntity>(id, RunRows.Run, cancellationToken) is { } row ? RunRows.ToRun(row) : null;
    }

    /// <summary>Notes that the orchestration of a run was started, whatever its row has become meanwhile.</summary>
    public async Task BeginAsync(string id, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var change = new TableEntity(id, RunRows.Run) { [RunRows.IsBegun] = true };
        await table.UpdateEntityAsync(change, ETag.All, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Moves a run on, unless it has ended.</summary>
    public async Task<RunRecord> MoveAsync(
        string id, RunState state, StoredValue? output, StepError? error, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var (row, _) = await table.ChangeAsync<TableEntity>(
            id, RunRows.Run, found => Move(found ?? throw new InvalidOperationException($"There is no run {id}.")), cancellationToken);
        var run = RunRows.ToRun(row!);
        await table.UpsertEntityAsync(RunRows.OfIndex(run), TableUpdateMode.Replace, cancellationToken);
        Note(run);
        return run;

        TableEntity? Move(TableEntity stored)
        {
            var before = RunRows.ToRun(stored);


            // One that is resumed while it undoes goes on with that.
            var next = state == RunState.Running && before.IsUndoing ? RunState.Undoing : state;
            if (before.IsFinal || before.Status == next) return null;
            if (state is RunState.Completed or RunState.Failed or RunState.Cancelled)
                RunRows.End(stored, state, time.GetUtcNow(), output, error);
            else stored[RunRows.State] = next.ToString();
            if (next == RunState.Undoing) stored[RunRows.IsUndoing] = true;
            return stored;
        }
    }

    /// <summary>Records steps: one that begins only where nothing is recorded of it yet, since its end may have come first.</summary>
    public async Task RecordAsync(string runId, IReadOnlyList<StepRecord> steps, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(steps, parallel, async (step, token) =>
        {
            var row = RunRows.OfStep(runId, step);
            var approval = step is { Type: WorkflowStepType.Approval, Started: { } since }
                ? RunRows.OfApproval(runId, step.Name, since) : null;

            // Listed before it waits, and until after it has ended: what is listed is looked at.
            if (approval is not null && !step.IsFinal) await table.UpsertEntityAsync(approval, TableUpdateMode.Replace, token);
            if (step.IsFinal) await table.UpsertEntityAsync(row, TableUpdateMode.Merge, token);
            else await table.TryAddAsync(row, token);
            if (approval is not null && step.IsFinal) await RemoveListedAsync(table, approval, token);
        });
        changes.Note(ChangeKinds.Run, runId, steps.Any(s => s.UndoId is not null) ? "undoing" : "running");
    }

    private void Note(RunRecord run) =>
        changes.Note(ChangeKinds.Run, run.Id, JsonNamingPolicy.CamelCase.ConvertName(run.Status.ToString()));

    /// <summary>A step; null when it has not begun.</summary>
    public async Task<StepRecord?> FindStepAsync(string runId, string step, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TableEntity>(runId, RunRows.StepPrefix + step, cancellationToken) is { } row
            ? RunRows.ToStep(row) : null;
    }

    private static async Task RemoveListedAsync(TableClient table, TableEntity listed, CancellationToken cancellationToken) =>
        await table.DeleteEntityAsync(listed.PartitionKey, listed.RowKey, ETag.All, cancellationToken);

    /// <summary>The steps that began.</summary>
    public async Task<IReadOnlyList<StepRecord>> ListStepsAsync(string runId, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var last = RunRows.StepPrefix + (char)127;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {runId} and RowKey ge {RunRows.StepPrefix} and RowKey lt {last}");
        var steps = new List<StepRecord>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            steps.Add(RunRows.ToStep(row));
        return steps;
    }

    /// <summary>The ids of runs that were accepted before a time and have not ended.</summary>
    public async IAsyncEnumerable<string> ListUnendedAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        await foreach (var id in _open.ListAsync(
            table, before, slice => FindUnendedAsync(table, slice.Before(before), cancellationToken), cancellationToken)) yield return id;
    }

    private async IAsyncEnumerable<string> FindUnendedAsync(
        TableClient table, TimeSlice slice, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One that is suspended may be resumed long after its hour is over.
        var unended = slice with
        {
            Filter = TableClient.CreateQueryFilter(
                $"State ne {nameof(RunState.Completed)} and State ne {nameof(RunState.Failed)} and State ne {nameof(RunState.Cancelled)}"),
        };
        await foreach (var row in RunRows.Index.ReadAsync(
            table, unended, MaxPage, [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey), RunRows.Id], cancellationToken))
        {
            if (await FindListedAsync(row, cancellationToken) is { } run) yield return run.Id;
            else await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        }
    }

    // Whoever listed a run may have died before it was recorded, and another recorded it later: it is listed once.
    internal async Task<RunRecord?> FindListedAsync(TableEntity listed, CancellationToken cancellationToken) =>
        await FindAsync(listed.GetString(RunRows.Id), cancellationToken) is { } run
            && TimeIndex.BuildRowKey(run.Created, run.Id) == listed.RowKey ? run : null;

    /// <summary>Deletes runs that ended before a time, with their steps and blobs.</summary>
    /// <returns>How many runs.</returns>
    public async Task<int> DeleteOlderThanAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var deleted = 0;
        await foreach (var row in RunRows.Index.ReadOlderAsync(table, time, null, null, MaxPage, cancellationToken)
            .SelectMany(page => page.Values))
        {
            var id = row.GetString(RunRows.Id);
            if (await FindListedAsync(row, cancellationToken) is not { } run)
            {
                // Its input was stored, if whoever listed it died before it was recorded.
                if (await FindAsync(id, cancellationToken) is null) await blobs.DeleteAsync(id, cancellationToken);
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
                continue;
            }

            if (!run.IsFinal || run.Ended >= time) continue;
            await blobs.DeleteAsync(id, cancellationToken);
            foreach (var step in await ListStepsAsync(id, cancellationToken))
            {
                if (step is { Type: WorkflowStepType.Approval, Started: { } since })
                    await RemoveListedAsync(table, RunRows.OfApproval(id, step.Name, since), cancellationToken);
                await table.DeleteEntityAsync(id, RunRows.StepPrefix + step.Name, ETag.All, cancellationToken);
            }

            await table.DeleteEntityAsync(id, RunRows.Run, ETag.All, cancellationToken);
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            deleted++;
        }

        return deleted;
    }
}
