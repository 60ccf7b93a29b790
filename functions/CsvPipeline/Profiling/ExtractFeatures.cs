using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Csv.Ranges;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Run;
using Serverless.Orchestrations;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>
/// The step <c>extract_features</c>: profiles a file's columns, range by range as a CSV job reads them, and merges what the ranges found.
/// Memory does not depend on the file, and the history does not either: after each fold it starts anew.
/// </summary>
internal static class ExtractFeatures
{
    /// <summary>The blob, beside the job's outputs, that has what was found.</summary>
    public const string ProfileName = "profile.json";

    /// <summary>The input of a new profile's orchestration.</summary>
    /// <param name="job">The CSV job whose file it is; the profile has a folder of its own below the job's.</param>
    public static CsvJobRun Begin(CsvJobInput job) => CsvJobOrchestrator.Begin(job with { Folder = $"{job.Folder}/profile" });

    /// <summary>Profiles the file, or its next fold.</summary>
    [Function(nameof(ExtractFeatures))]
    public static async Task<FeaturesResult?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = OrchestrationInput.Read<CsvJobRun>(context);
        try
        {
            run = await InspectAsync(context, run);
            run = run.Shape!.IsSequential ? await ProfileWholeAsync(context, run) : await ProfileRangesAsync(context, run);
            if (run.Shape!.IsSequential || new RangeChain(run.Chain!).IsComplete) return await SaveAsync(context, run);
        }
        catch (Exception e) when (e is CsvJobException or TaskFailedException)
        {
            await context.CallActivityAsync(nameof(DropProfile), run.Job.Folder, RangeLoop.Retry);
            throw;
        }

        context.ContinueAsNew(run);
        return null;
    }

    private static async Task<CsvJobRun> InspectAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        if (run.Shape is not null) return run;
        var startedAt = context.CurrentUtcDateTime;
        var shape = await context.CallActivityAsync<FileShape?>(nameof(InspectFile), run.Job, RangeLoop.Retry)
            ?? throw new CsvJobException($"There is no blob incoming/{run.Job.Path} any more.");
        return run with { Shape = shape, StartedAt = startedAt };
    }

    private static async Task<CsvJobRun> ProfileRangesAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var ledger = new RangeLedger(run, run.Shape!);
        await RangeLoop.RunAsync(context, ledger, nameof(ProfileRange), () =>
        {
            context.SetCustomStatus(ProgressReport.During(run.Shape!, ledger, context.CurrentUtcDateTime - run.StartedAt!.Value));
            return true;
        });
        return await MergeAsync(
            context, run with { Chain = ledger.Chain, Open = ledger.Open, Totals = ledger.GetTotals() }, ledger.ToFold());
    }

    // What is compressed can be read from its start only, by one reader.
    private static async Task<CsvJobRun> ProfileWholeAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var shape = run.Shape!;
        var task = new RangeTask(run.Job.Folder, shape.ETag, RangePlan.Label(shape, 0), 0, long.MaxValue, shape.DataStart);
        var outcome = await context.CallActivityAsync<RangeOutcome>(nameof(ProfileRange), task, RangeLoop.Retry);
        var range = FoldRange.Of(outcome, 0, shape.HeaderLines);
        return await MergeAsync(context, run with { Totals = new JobTotals(outcome.Rows, outcome.Accepted, outcome.Rejected, 1) }, [range]);
    }

    private static async Task<CsvJobRun> MergeAsync(TaskOrchestrationContext context, CsvJobRun run, IReadOnlyList<FoldRange> ranges)
    {
        if (ranges.Count == 0 && run.Folds > 0) return run;
        await context.CallActivityAsync(
            nameof(MergeProfiles), new FoldTask(run.Job.Folder, run.Shape!.ETag, run.Folds + 1, ranges), RangeLoop.Retry);
        return run with { Folds = run.Folds + 1 };
    }

    private static async Task<FeaturesResult> SaveAsync(TaskOrchestrationContext context, CsvJobRun run)
    {
        var task = new SaveProfileTask(run.Job.Folder, run.Shape!.ETag, run.Folds, run.Totals);
        var blob = await context.CallActivityAsync<string>(nameof(SaveProfile), task, RangeLoop.Retry);
        return new FeaturesResult(
            blob, run.Totals.Rows, run.Totals.Accepted, run.Shape.Columns,
            (context.CurrentUtcDateTime - run.StartedAt!.Value).TotalSeconds);
    }
}

/// <summary>The answer of the step.</summary>
/// <param name="Profile">The blob with the profile, container included.</param>
/// <param name="Total">Records.</param>
/// <param name="Profiled">Those whose values meet the schema, records that repeat a key among them.</param>
/// <param name="Columns">Columns of each.</param>
/// <param name="Seconds">From the start to the end.</param>
internal sealed record FeaturesResult(string Profile, long Total, long Profiled, int Columns, double Seconds);
