using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Run;

/// <summary>Runs the work of one range within the time limit, as long as its job runs.</summary>
internal static class RangeCancellationScope
{
    /// <summary>Does the work, and notes how long it took.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The job has ended, or what the work says.</exception>
    public static async Task<RangeOutcome> RunAsync(
        CsvJobStore store, RangeTask task, CsvSettings settings, TimeProvider time, Func<CancellationToken, Task<RangeOutcome>> work,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await using var watch = new JobCancellationScope(
            token => store.IsRunningAsync(
                JobFolder.IdOf(task.Folder), token), settings.RangeTimeLimit, settings.CancelPoll, time, cancellationToken);
        try
        {
            var outcome = await work(watch.Token);
            return outcome with { BusyMilliseconds = (long)time.GetElapsedTime(started).TotalMilliseconds };
        }
        catch (OperationCanceledException e) when (watch.JobEnded)
        {
            throw new CsvJobException("The job was cancelled or has failed meanwhile.", e);
        }
        catch (OperationCanceledException e) when (watch.TimedOut)
        {
            throw new TimeoutException($"It did not end within {settings.RangeTimeLimit} (setting Csv__RangeTimeLimit).", e);
        }
    }
}
