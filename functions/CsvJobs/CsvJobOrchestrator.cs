using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Csv.Ranges;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Keys;
using Serverless.CsvJobs.Run;
using Serverless.Orchestrations;

namespace Serverless.CsvJobs;

/// <summary>
/// A CSV job: inspect the file, find what repeats a key where the schema has one, read its ranges, a window of them at a time, fold what
/// they found, make the output visible.
/// </summary>
internal static class CsvJobOrchestrator
{
    private const int MissingBlobRetries = 3;
    private static readonly TimeSpan MissingBlobDelay = TimeSpan.FromMinutes(1);

    /// <summary>The input of a new job's orchestration.</summary>
    public static CsvJobRun Begin(CsvJobInput job) => new(job, null, null, 0, null, [], new JobTotals());

    /// <summary>Runs the job, or its next fold.</summary>
    [Function(nameof(CsvJobOrchestrator))]
    public static async Task<CsvJobResult?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = OrchestrationInput.Read<CsvJobRun>(context);
        CsvJobResult? result = null;
        try
        {
            run = await InspectAsync(context, run);
            if (run.Shape!.IsReadFirst && run.Duplicates is null) run = await KeyPass.RunAsync(context, run);
            if (run.KeyPass is not null)
            {
                context.ContinueAsNew(run);
                return null;
            }

            run = run.Shape!.IsSequential ? await ProcessWholeAsync(context, run) : await ProcessRangesAsync(context, run);
            if (IsComplete(run)) (run, result) = await CommitAsync(context, run);
        }
        catch (Exception e) when (e is CsvJobException or TaskFailedException)
        {
            await FailAsync(context, run, e);
            await TellAsync(context, run);
            throw;
        }

        if (result is null) context.ContinueAsNew(run);
        else await TellAsync(context, run);
        return result;
    }

    private static async Task<CsvJobRun> InspectAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        if (run.Shape is not null) return run;

        var startedAt = context.CurrentUtcDateTime;
        for (var retry = 0; ; retry++)
        {
            context.SetCustomStatus(ProgressReport.Before("inspect", "Inspecting the file"));
            var shape = await context.CallActivityAsync<FileShape?>(nameof(InspectFile), run.Job, RangeLoop.Retry);
            if (shape is not null) return run with { StartedAt = startedAt, Shape = shape };

            if (retry == MissingBlobRetries)
            {
                throw new CsvJobException(
                    $"There is no blob incoming/{run.Job.Path}: looked for it {MissingBlobRetries + 1} times, a minute apart. Upload it " +
                    $"and start the job again.");
            }

            context.SetCustomStatus(
                ProgressReport.Before("wait", $"The blob is missing; retry {retry + 1} of {MissingBlobRetries} in a minute"));
            await context.CreateTimer(MissingBlobDelay, CancellationToken.None);
        }
    }

    private static async Task<CsvJobRun> ProcessRangesAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var shape = run.Shape!;
        var ledger = new RangeLedger(run, shape);
        var changes = new JobChanges(context, change =>
        {
            run = run.With(change);
            ledger.MaxParallel = run.Shape!.MaxParallel;
        });
        await RangeLoop.RunAsync(context, ledger, nameof(ProcessRange), () =>
        {
            var progress = ProgressReport.During(shape, ledger, context.CurrentUtcDateTime - run.StartedAt!.Value);
            if (run.Refused is { } refused) progress = progress.AsAgain(refused.Records);
            context.SetCustomStatus(progress with { MaxRejectedRatio = run.Job.Options.MaxRejectedRatio });
            return !IsRejectedTooMuch(run, ledger.GetTotals(), ledger.RemainingBytes);
        }, changes);

        var next = run with { Chain = ledger.Chain, Open = ledger.Open, Totals = ledger.GetTotals() };
        next = await FoldAsync(context, next, ledger.ToFold());
        return IsRejectedTooMuch(run, next.Totals, ledger.RemainingBytes) ? throw await StopForRejectsAsync(context, next) : next;
    }

    // What is packed, or in some encodings, can be read from its start only, by one reader.
    private static async Task<CsvJobRun> ProcessWholeAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var shape = run.Shape!;
        var changes = new JobChanges(context, change =>
        {
            run = run.With(change);
            Tell();
        });
        Tell();
        var task = new RangeTask(
            run.Job.Folder, shape.ETag, RangePlan.Label(shape, 0), 0, long.MaxValue, shape.DataStart, run.Duplicates ?? 0);
        var outcome = await changes.WaitAsync(context.CallActivityAsync<RangeOutcome>(nameof(ProcessRange), task, RangeLoop.Retry));
        var range = FoldRange.Of(outcome, 0, shape.HeaderLines);
        var totals = new JobTotals(
            outcome.Rows, outcome.Accepted, outcome.Rejected, 1, 0,
            run.Totals.ReadBytes + outcome.ReadBytes, run.Totals.Reads + outcome.Reads, outcome.OutputBytes, run.Totals.BusyMilliseconds
                + outcome.BusyMilliseconds,
            outcome.Comments);
        var next = await FoldAsync(context, run with { Totals = totals }, [range]);
        return IsRejectedTooMuch(run, totals, 0) ? throw await StopForRejectsAsync(context, next) : next;

        void Tell()
        {
            var progress = ProgressReport.Before("process", "Reading the file from its start");
            if (run.Refused is { } refused) progress = progress.AsAgain(refused.Records);
            context.SetCustomStatus(
                progress with { Total = 1, TotalBytes = shape.Size, MaxRejectedRatio = run.Job.Options.MaxRejectedRatio });
        }
    }

    private static async Task<CsvJobRun> FoldAsync(TaskOrchestrationContext context, CsvJobRun run, IReadOnlyList<FoldRange> ranges)
    {
        // A file without records has its empty statistics too.
        if (ranges.Count == 0 && run.Folds > 0) return run;
        await context.CallActivityAsync(
            nameof(FoldRanges), new FoldTask(run.Job.Folder, run.Shape!.ETag, run.Folds + 1, ranges), RangeLoop.Retry);
        return run with { Folds = run.Folds + 1 };
    }

    // No result: the table refuses some of the records, and the ranges are to be read again without them.
    private static async Task<(CsvJobRun Run, CsvJobResult? Result)> CommitAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var elapsed = context.CurrentUtcDateTime - run.StartedAt!.Value;
        context.SetCustomStatus(ProgressReport.After(run.Shape!, run.Totals, elapsed));
        var task = new CommitTask(run.Job, run.Shape!, run.Folds, run.StartedAt.Value, run.Totals, run.Refused?.Rounds ?? 0);
        var outcome = await context.CallActivityAsync<CommitOutcome>(nameof(CommitJob), task, RangeLoop.Retry);
        if (outcome.Refused > 0)
        {
            run = run.ReadAgain(outcome.Refused);
            context.SetCustomStatus(ProgressReport.After(run.Shape!, run.Totals, elapsed).AsAgain(run.Refused!.Records));
            return (run, null);
        }

        elapsed = context.CurrentUtcDateTime - run.StartedAt.Value;
        context.SetCustomStatus(ProgressReport.After(run.Shape!, run.Totals, elapsed).AsDone());
        return (run, new CsvJobResult(outcome.Total, outcome.Accepted, outcome.Rejected, outcome.Outputs));
    }

    private static async Task<CsvJobException> StopForRejectsAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        await context.CallActivityAsync(nameof(CommitRejects), new RejectsTask(run.Job.Folder, run.Folds), RangeLoop.Retry);
        return new CsvJobException(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Totals.Rejected} of the first {run.Totals.Rows} records were rejected: for the whole file that is more than " +
            $"maxRejectedRatio {run.Job.Options.MaxRejectedRatio} allows. See processed/{run.Job.Folder}/rejects.csv."));
    }

    private static async Task FailAsync(TaskOrchestrationContext context, CsvJobRun run, Exception e)
    {
        var error = e is TaskFailedException failed ? failed.FailureDetails.ErrorMessage : e.Message;
        await context.CallActivityAsync(nameof(FailJob), new FailTask(run.Job.Folder, error, run.Shape?.ETag), RangeLoop.Retry);
    }

    private static Task TellAsync(TaskOrchestrationContext context, CsvJobRun run) => run.Job.Options.OnFinished is null
        ? Task.CompletedTask
        : context.CallActivityAsync(nameof(TellFinished), run.Job.Folder, TellFinished.Retry);

    private static bool IsComplete(CsvJobRun run) =>
        run.Shape!.IsSequential || (run.Chain is { } chain && new RangeChain(chain).IsComplete);

    private static bool IsRejectedTooMuch(CsvJobRun run, JobTotals totals, long remainingBytes) =>
        RejectedRatio.IsExceeded(run.Job.Options.MaxRejectedRatio, totals.Rejected, totals.Rows, remainingBytes, run.Shape!.Columns);
}
