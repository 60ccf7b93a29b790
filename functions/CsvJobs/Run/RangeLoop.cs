using System.Globalization;
using Microsoft.DurableTask;

namespace Serverless.CsvJobs.Run;

/// <summary>Reads a fold's ranges by an activity, a window of them at a time. Part of an orchestrator.</summary>
internal static class RangeLoop
{
    // What the file, the options or the rejects are to blame for fails again; a lack of time or memory calls for a smaller range.
    public static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 4, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 3)
        {
            HandleFailure = failure => !failure.IsCausedBy<CsvJobException>() && !IsTooLarge(failure),
        });

    /// <summary>Hands ranges out until the fold has its number of them, or nobody wants more.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="ledger">The ranges.</param>
    /// <param name="activity">Takes a <see cref="RangeTask"/> and answers a <see cref="RangeOutcome"/>.</param>
    /// <param name="goOn">Asked after every range, and after every change.</param>
    /// <param name="changes">Changes while it runs; null for none.</param>
    /// <exception cref="CsvJobException">A range failed for good.</exception>
    public static async Task RunAsync(
        TaskOrchestrationContext context, RangeLedger ledger, string activity, Func<bool> goOn, JobChanges? changes = null)
    {
        var inFlight = new List<(RangeTask Range, Task<RangeOutcome> Work)>();
        Start(context, ledger, activity, inFlight);
        while (inFlight.Count > 0)
        {
            var work = inFlight.Select(f => (Task)f.Work);
            var ended = await Task.WhenAny(changes is null ? work : work.Append(changes.Next));
            if (changes is not null && ended == changes.Next)
            {
                await changes.TakeAsync();
            }
            else
            {
                var index = inFlight.FindIndex(f => f.Work == ended);
                var (range, outcome) = inFlight[index];
                inFlight.RemoveAt(index);
                await TakeInAsync(ledger, range, outcome);
            }

            if (!goOn()) break;
            Start(context, ledger, activity, inFlight);
        }
    }

    private static void Start(
        TaskOrchestrationContext context, RangeLedger ledger, string activity, List<(RangeTask Range, Task<RangeOutcome> Work)> inFlight)
    {
        foreach (var range in ledger.Start()) inFlight.Add((range, context.CallActivityAsync<RangeOutcome>(activity, range, Retry)));
    }

    private static async Task TakeInAsync(RangeLedger ledger, RangeTask range, Task<RangeOutcome> ended)
    {
        try
        {
            ledger.Complete(await ended);
        }
        catch (TaskFailedException e)
        {
            // The halves are the next to be read.
            if (IsTooLarge(e.FailureDetails) && ledger.TrySplit(range)) return;
            throw new CsvJobException(string.Create(
                CultureInfo.InvariantCulture,
                $"Range {range.Label} (bytes {range.Start} to {range.End - 1}) failed: {e.FailureDetails.ErrorMessage}"), e);
        }
    }

    private static bool IsTooLarge(TaskFailureDetails failure) =>
        failure.IsCausedBy<TimeoutException>() || failure.IsCausedBy<OutOfMemoryException>();
}
