using System.Globalization;
using Microsoft.DurableTask;
using Serverless.Csv.Keys;
using Serverless.Csv.Ranges;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// Finds the records whose key stands in an earlier one, before the file is cleaned: collect the keys of all ranges, then compare those of
/// each
/// slot. Part of an orchestrator. Costs a second read of the file, for schemas with keys only.
/// </summary>
internal static class KeyPass
{
    // How many activities the slots are shared among, at most.
    private const int Shares = 64;

    /// <summary>Runs the pass, or its next fold: until <see cref="CsvJobRun.Duplicates"/> is known.</summary>
    public static async Task<CsvJobRun> RunAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var pass = run.KeyPass ?? CsvJobOrchestrator.Begin(run.Job) with { StartedAt = run.StartedAt, Shape = run.Shape };
        pass = run.Shape!.IsSequential ? await CollectWholeAsync(context, pass) : await CollectRangesAsync(context, pass);
        if (!run.Shape.IsSequential && !new RangeChain(pass.Chain!).IsComplete) return run with { KeyPass = pass };

        foreach (var key in run.Shape.References ?? []) pass = await CollectReferenceAsync(context, pass, key);
        var duplicates = await CheckAsync(context, pass);
        if (run.Shape.ScansColumns)
            duplicates += await context.CallActivityAsync<long>(
                nameof(SettleColumns), new ColumnsTask(run.Job.Folder, run.Shape.ETag, pass.Folds), RangeLoop.Retry);
        if (duplicates > 0)
            duplicates = await context.CallActivityAsync<long>(
                nameof(MergeDuplicates), new DuplicatesTask(run.Job.Folder), RangeLoop.Retry);
        return run with { KeyPass = null, Duplicates = duplicates, Totals = pass.Totals.OfCost() };
    }

    private static async Task<CsvJobRun> CollectRangesAsync(TaskOrchestrationContext context, CsvJobRun pass)
    {
        var shape = pass.Shape!;
        var ledger = new RangeLedger(pass, shape);
        await RangeLoop.RunAsync(context, ledger, nameof(CollectKeys), () =>
        {
            var progress = ProgressReport.During(shape, ledger, context.CurrentUtcDateTime - pass.StartedAt!.Value);
            var status = string.Create(
                CultureInfo.InvariantCulture, $"Collected the keys of {progress.Current} of {progress.Total} ranges");
            context.SetCustomStatus(progress with { Phase = "keys", Status = status, EtaSeconds = null });
            return true;
        });
        return await FoldAsync(
            context, pass with { Chain = ledger.Chain, Open = ledger.Open, Totals = ledger.GetTotals() }, ledger.ToFold());
    }

    private static async Task<CsvJobRun> CollectWholeAsync(TaskOrchestrationContext context, CsvJobRun pass)
    {
        var shape = pass.Shape!;
        context.SetCustomStatus(
            ProgressReport.Before("keys", "Collecting the keys of the compressed file") with { TotalBytes = shape.Size });
        var task = new RangeTask(pass.Job.Folder, shape.ETag, RangePlan.Label(shape, 0), 0, long.MaxValue, shape.DataStart);
        var outcome = await context.CallActivityAsync<RangeOutcome>(nameof(CollectKeys), task, RangeLoop.Retry);
        var range = FoldRange.Of(outcome, 0, shape.HeaderLines);
        return await FoldAsync(
            context,
            pass with
            {
                Totals = new JobTotals(
                ReadBytes: outcome.ReadBytes, Reads: outcome.Reads, BusyMilliseconds: outcome.BusyMilliseconds)
            }, [range]);
    }

    private static async Task<CsvJobRun> FoldAsync(TaskOrchestrationContext context, CsvJobRun pass, IReadOnlyList<FoldRange> ranges)
    {
        if (ranges.Count == 0) return pass;
        await context.CallActivityAsync(
            nameof(FoldKeys), new FoldTask(pass.Job.Folder, pass.Shape!.ETag, pass.Folds + 1, ranges), RangeLoop.Retry);
        return pass with { Folds = pass.Folds + 1 };
    }

    // What is read of another file is folded as a range of its own.
    private static async Task<CsvJobRun> CollectReferenceAsync(TaskOrchestrationContext context, CsvJobRun pass, int key)
    {
        context.SetCustomStatus(ProgressReport.Before("keys", "Collecting the keys of a file that is referred to"));
        var runs = await context.CallActivityAsync<int>(
            nameof(CollectReference), new ReferenceTask(pass.Job.Folder, pass.Shape!.ETag, key), RangeLoop.Retry);
        return await FoldAsync(context, pass, [CreateReferenceRange(key, runs)]);
    }

    /// <summary>The keys of another file, as if a range had them.</summary>
    internal static FoldRange CreateReferenceRange(int key, int runs) => new(
        "", ReferenceTask.StartOf(key), ReferenceTask.StartOf(key), 0, 0, 0, 0, 0, runs);

    private static async Task<long> CheckAsync(TaskOrchestrationContext context, CsvJobRun pass)
    {
        var shape = pass.Shape!;
        var found = 0L;
        foreach (var tasks in ListChecks(pass).Chunk(shape.MaxParallel))
        {
            context.SetCustomStatus(
                ProgressReport.Before("keys", "Comparing the keys") with { Bytes = shape.Size, TotalBytes = shape.Size });
            var counts = await Task.WhenAll(tasks.Select(t => context.CallActivityAsync<long>(nameof(CheckKeys), t, RangeLoop.Retry)));
            found += counts.Sum();
        }

        return found;
    }

    /// <summary>The checks to make when all keys are collected.</summary>
    internal static IEnumerable<CheckTask> ListChecks(CsvJobRun pass)
    {
        var shape = pass.Shape!;
        var slots = KeySlots.For(shape.Keys, shape.Size, shape.IsSequential).Count;
        var each = (slots + Shares - 1) / Shares;
        for (var first = 0; first < slots; first += each)
            yield return new CheckTask(pass.Job.Folder, shape.ETag, pass.Folds, first, Math.Min(each, slots - first));
    }
}
