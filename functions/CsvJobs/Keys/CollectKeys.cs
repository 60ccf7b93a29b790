using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;

namespace Serverless.CsvJobs.Keys;

/// <summary>Reads one range for its keys, before any range is cleaned. Doing it twice writes the same.</summary>
internal sealed class CollectKeys(KeyCollector collector, CsvJobStore store, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Runs within the time limit, as long as the job does.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The job has ended, or the file was replaced.</exception>
    [Function(nameof(CollectKeys))]
    public Task<RangeOutcome> RunAsync([ActivityTrigger] RangeTask task, CancellationToken cancellationToken) =>
        RangeCancellationScope.RunAsync(store, task, settings.Value, time, token => collector.RunAsync(task, token), cancellationToken);
}
