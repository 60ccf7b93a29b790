using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Email.Jobs.Store;
using Serverless.Jobs;

namespace Serverless.Email.Jobs.Run;

/// <summary>Sends one batch. Doing it again goes on behind the last message that the ledger knows.</summary>
internal sealed class SendBatch(
    BatchSender sender, MailPlans plans, MailJobStore store, MailLedger ledger, MeasuredSpeeds speeds, IOptions<EmailSettings> settings,
    TimeProvider time)
{
    /// <summary>The kind of work by which <see cref="MeasuredSpeeds"/> knows the sending of mail; an item is a message.</summary>
    public const string SpeedKind = "email";

    /// <summary>Runs within the time limit, as long as the job does.</summary>
    /// <exception cref="MailJobException">The list of recipients is not what it was.</exception>
    [Function(nameof(SendBatch))]
    public async Task<BatchOutcome> RunAsync([ActivityTrigger] BatchTask task, CancellationToken cancellationToken)
    {
        await using var watch = new JobCancellationScope(
            token => store.IsRunningAsync(
                task.JobId, token), settings.Value.BatchTimeLimit, settings.Value.CancelPoll, time, cancellationToken);
        try
        {
            var started = time.GetTimestamp();
            var outcome = await sender.RunAsync(task, watch, cancellationToken);
            store.NoteProgress(task.JobId);
            await MeasureAsync(task, outcome, time.GetElapsedTime(started), cancellationToken);
            return outcome;
        }
        catch (BatchTakenException)
        {
            return new BatchOutcome(await ledger.ReadAsync(task.JobId, task.Batch, cancellationToken), 0, BatchStop.Unfinished);
        }
    }

    // Whole batches at full speed only: what was put off, broken off or held to a rate says nothing of the server.
    private async Task MeasureAsync(BatchTask task, BatchOutcome outcome, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        if (task.Attempt > 0 || outcome is not { Stop: BatchStop.None, Deferred: 0 }) return;
        if ((await plans.LoadAsync(task.JobId, cancellationToken)).Plan.Share is not null) return;
        await speeds.RecordAsync(
            SpeedKind, string.Create(
                CultureInfo.InvariantCulture, $"{task.JobId}-{task.Batch}"), outcome.Counts.Successful, elapsed,
                cancellationToken: cancellationToken);
    }
}
