using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Store;
using Serverless.Orchestrations;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// Tells of the end of a job that was cancelled, and deletes what it had staged, once its ranges in flight have seen the cancellation:
/// before, they would write it anew.
/// What a crash leaves all the same goes with the nightly cleanup.
/// </summary>
internal static class PartsDiscard
{
    // A range that was about to write when it looked for the last time may take so long.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(30);

    /// <summary>The orchestration's id.</summary>
    public static string IdOf(string job) => $"csv-parts-{job}";

    /// <summary>Starts it for a job that was ended from outside.</summary>
    public static Task StartAsync(DurableTaskClient client, CsvJobEntity job, CsvSettings settings, CancellationToken cancellationToken)
    {
        var task = new DiscardTask(
            JobFolder.NameOf(job.Path, job.RowKey), settings.CancelPoll + Settling, Tells: job.GetFinishTarget() is not null);
        return client.StartOnceAsync(
            nameof(PartsDiscard), IdOf(job.RowKey), task, mayRestart: _ => Task.FromResult(true), cancellationToken);
    }

    /// <summary>Waits, and deletes.</summary>
    [Function(nameof(PartsDiscard))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var task = OrchestrationInput.Read<DiscardTask>(context);
        if (task.Tells) await context.CallActivityAsync(nameof(TellFinished), task.Folder, TellFinished.Retry);
        await context.CreateTimer(context.CurrentUtcDateTime + task.After, CancellationToken.None);
        await context.CallActivityAsync(nameof(DiscardParts), task.Folder, RangeLoop.Retry);
    }
}

/// <summary>Deletes a job's parts, and the tables that its load has staged.</summary>
internal sealed class DiscardParts(Containers containers, CsvJobStore store, LoadCommitter loads)
{
    /// <summary>Does nothing for a job that runs: it was started again meanwhile, and the parts are its own.</summary>
    [Function(nameof(DiscardParts))]
    public async Task RunAsync([ActivityTrigger] string folder, CancellationToken cancellationToken)
    {
        if (await store.IsRunningAsync(JobFolder.IdOf(folder), cancellationToken)) return;
        var parts = await JobFolder.OpenAsync(containers, folder, cancellationToken);
        foreach (var load in await CsvPlans.ListLoadsAsync(parts, cancellationToken)) await loads.DropAsync(load, cancellationToken);
        await parts.DeletePartsAsync(cancellationToken);
    }
}

/// <summary>The parts to discard, and the time to do it.</summary>
/// <param name="Folder">The job's folder.</param>
/// <param name="After">How long its ranges may take to see that it was cancelled.</param>
/// <param name="Tells">Somebody is to be told that the job has ended.</param>
internal sealed record DiscardTask(string Folder, TimeSpan After, bool Tells = false);
