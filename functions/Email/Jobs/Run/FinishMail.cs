using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Email.Jobs.Store;
using Serverless.Storage;

namespace Serverless.Email.Jobs.Run;

/// <summary>Writes down what became of a job, and who was not sent to.</summary>
internal sealed class FinishMail(MailJobStore store, MailLedger ledger, Containers containers, ILogger<FinishMail> logger)
{
    /// <summary>So many failed recipients are shown; when there are more, a blob has all of them.</summary>
    public const int MaxShown = 100;

    /// <summary>Doing it again writes the same.</summary>
    [Function(nameof(FinishMail))]
    public async Task<MailResult> RunAsync([ActivityTrigger] FinishTask task, CancellationToken cancellationToken)
    {
        var blob = task.Counts.Failed > MaxShown ? await WriteFailedAsync(task.JobId, cancellationToken) : null;
        var job = await store.EndAsync(
            task.JobId, task.Error is null ? MailJobState.Completed : MailJobState.Failed, Fill, cancellationToken);
        Logs.JobEnded(logger, task.JobId, job.State, task.Counts.Successful, task.Counts.Failed, task.Counts.Suppressed, task.Total);
        var shown = await ledger.ListFailedAsync(task.JobId, cancellationToken).Take(MaxShown).ToListAsync(cancellationToken);
        return MailResult.Create(task.Total, task.Counts, shown, blob);

        void Fill(MailJobEntity job)
        {
            job.Error ??= task.Error;
            job.Total = task.Total;
            job.Successful = task.Counts.Successful;
            job.Failed = task.Counts.Failed;
            job.Suppressed = task.Counts.Suppressed;
            job.FailedSendsBlob = blob;
        }
    }

    private async Task<string> WriteFailedAsync(string jobId, CancellationToken cancellationToken)
    {
        var folder = await MailFolder.OpenAsync(containers, jobId, cancellationToken);
        await using var stream = await folder.FailedSends.OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await writer.WriteAsync("index,address,code,answer\n");
        await foreach (var failed in ledger.ListFailedAsync(jobId, cancellationToken))
            await writer.WriteAsync($"{failed.Index},{Field(failed.Address)},{failed.Code},{Field(failed.Answer)}\n");
        return MailFolder.NameOf(folder.FailedSends);
    }

    // Addresses and answers are what others wrote: a spreadsheet must not take one for a formula.
    private static string Field(string text)
    {
        if (text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]) text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

/// <summary>The outcome of a job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Total">Recipients in the list.</param>
/// <param name="Counts">What became of them.</param>
/// <param name="Error">Why it failed; null when it did not.</param>
internal sealed record FinishTask(string JobId, long Total, MailCounts Counts, string? Error = null);
