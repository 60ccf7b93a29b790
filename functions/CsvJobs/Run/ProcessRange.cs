using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;

namespace Serverless.CsvJobs.Run;

/// <summary>Reads one range and stages what it accepts. Nothing becomes visible, and doing it twice stages the same.</summary>
internal sealed class ProcessRange(RangeProcessor processor, CsvJobStore store, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Runs within the time limit, as long as the job does.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The job has ended, or the file was replaced.</exception>
    [Function(nameof(ProcessRange))]
    public async Task<RangeOutcome> RunAsync([ActivityTrigger] RangeTask task, CancellationToken cancellationToken)
    {
        var outcome = await RangeCancellationScope.RunAsync(
            store, task, settings.Value, time, token => processor.RunAsync(task, token), cancellationToken);
        store.NoteProgress(JobFolder.IdOf(task.Folder));
        return outcome;
    }
}
