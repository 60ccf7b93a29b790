using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Finishing;

/// <summary>Tells of a job's end. Doing it twice tells once.</summary>
internal sealed class TellFinished(FinishTeller teller)
{
    /// <summary>Hours rather than seconds: the job has ended, and nothing waits.</summary>
    public static TaskOptions Retry { get; } = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 20, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2,
            maxRetryInterval: TimeSpan.FromMinutes(10)));

    /// <summary>Tells of the job with that folder.</summary>
    [Function(nameof(TellFinished))]
    public Task RunAsync(
        [ActivityTrigger] string folder, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        teller.TellAsync(client, JobFolder.IdOf(folder), cancellationToken);
}
