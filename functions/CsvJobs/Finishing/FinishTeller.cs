using System.Globalization;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Store;
using Serverless.Notifications;
using Serverless.Tasks.Sending;
using Serverless.Workflows;
using Serverless.Workflows.Store;

namespace Serverless.CsvJobs.Finishing;

/// <summary>
/// Tells of a job's end, once however often it is asked to: a notification has a key, a task an id, and a workflow's step takes one signal.
/// </summary>
internal sealed class FinishTeller(
    CsvJobStore store, NotificationStore notifications, ITaskClient tasks, RunStore runs, SignalSender signals,
    IOptions<NotificationSettings> settings, ILogger<FinishTeller> logger)
{
    // As long as a webhook's key is remembered.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>Tells whoever the job's options name.</summary>
    /// <exception cref="InvalidOperationException">The job has not ended: it is about to, and the teller is to come again.</exception>
    public async Task TellAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        // Read before the job is: a note that is made later is of another end.
        var note = await store.Untold.FindAsync(id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { } job) return;
        var target = job.GetFinishTarget();
        if (target is not null)
        {
            if (!CsvJobTransitions.IsFinal(job.GetState())) throw new InvalidOperationException($"The CSV job {id} has not ended yet.");
            await TellAsync(client, job, target, cancellationToken);
            Logs.JobEndTold(logger, id);
        }

        if (note is not null) await store.Untold.RemoveAsync(note, cancellationToken);
    }

    private async Task TellAsync(DurableTaskClient client, CsvJobEntity job, FinishTarget target, CancellationToken cancellationToken)
    {
        // A job that is asked for again since its file was missing ends again.
        var key = string.Create(CultureInfo.InvariantCulture, $"{job.RowKey}-finished-{job.EndedAt?.ToUnixTimeMilliseconds() ?? 0}");
        var finished = FinishedJob.Of(job);
        if (target.Webhook is { } webhook)
        {
            var notification = new Notification
            {
                Id = "",
                Channel = NotificationChannel.Webhook,
                Target = webhook,
                Payload = finished.ToJson(),
                Key = key,
                Due = default,
                CreatedAt = default,
            };
            await notifications.AddAsync(notification, DateTimeOffset.MinValue, settings.Value.DeduplicationWindow, cancellationToken);
        }

        if (target.Task is { } task)
        {
            var options = new SendOptions { TaskId = key, IsIdDerived = true, ResultTtl = Memory };
            await tasks.SendAsync(task, finished.ToArguments(target.Args), options, cancellationToken);
        }

        if (target.Run is { } runId && await runs.FindAsync(runId, cancellationToken) is { IsFinal: false } run)
            await signals.SendAsync(client, run, target.Signal!, finished.ToJson(), cancellationToken);
    }
}
