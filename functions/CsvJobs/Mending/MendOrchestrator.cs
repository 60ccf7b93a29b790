using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.CsvJobs.Run;
using Serverless.Orchestrations;

namespace Serverless.CsvJobs.Mending;

/// <summary>One round of mending: stage all that changes, then make it visible. From then on it is only ended, never given up.</summary>
internal static class MendOrchestrator
{
    private const int Patience = 1_000;

    // Once the first output is committed the others have to follow, however long the storage is away.
    private static readonly TaskOptions UntilDone = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            Patience, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(1))
        {
            HandleFailure = failure => !failure.IsCausedBy<CsvJobException>(),
        });

    /// <summary>The orchestration's id.</summary>
    public static string IdOf(string job, string round) => $"csv-mend-{job}-{round}";

    /// <summary>Runs the round.</summary>
    [Function(nameof(MendOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var task = OrchestrationInput.Read<MendTask>(context);
        try
        {
            long? refused;
            do
            {
                // What a table refuses is staged again as still wrong; it refuses a few times at most. Earlier versions answered nothing.
                await context.CallActivityAsync(nameof(StageMend), task, RangeLoop.Retry);
                refused = await context.CallActivityAsync<long?>(nameof(CommitMend), task, UntilDone);
            }
            while (refused > 0);
        }
        catch (TaskFailedException e)
        {
            await context.CallActivityAsync(nameof(FailMend), new MendFailure(task, e.FailureDetails.ErrorMessage), RangeLoop.Retry);
            throw;
        }
    }
}
