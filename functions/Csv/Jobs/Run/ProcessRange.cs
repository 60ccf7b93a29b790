using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Jobs.Blobs;
using Serverless.Csv.Jobs.Store;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Reads one range and stages what it accepts. Nothing becomes visible, and doing it twice stages the same.</summary>
public sealed class ProcessRange(RangeProcessor processor, CsvJobStore store, IOptions<CsvSettings> settings, TimeProvider clock)
{
    /// <summary>Runs within the time limit, as long as the job does.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The job has ended, or the file was replaced.</exception>
    [Function(nameof(ProcessRange))]
    public async Task<RangeOutcome> RunAsync([ActivityTrigger] RangeTask task, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var outcome = await JobWatch.RunAsync(
            store, JobFolder.IdOf(task.Folder), settings.Value, clock, token => processor.RunAsync(task, token), cancellationToken);
        return outcome with { BusyMilliseconds = (long)clock.GetElapsedTime(started).TotalMilliseconds };
    }
}
