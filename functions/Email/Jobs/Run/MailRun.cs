using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>All that a mail job's orchestration remembers: as large as the batches that are open.</summary>
/// <param name="JobId">The job.</param>
/// <param name="StartedAt">When it began; null before.</param>
/// <param name="Facts">The plan; null before it is made.</param>
/// <param name="Next">The first batch that was not begun.</param>
/// <param name="Counts">What became of the recipients of batches that are done, and of those done with in open ones.</param>
/// <param name="Open">Batches that were begun and are not done.</param>
/// <param name="Outages">Waits for the mail server in a row.</param>
/// <param name="OutageSince">When the first of these began.</param>
internal sealed record MailRun(
    string JobId, DateTime? StartedAt, MailFacts? Facts, int Next, MailCounts Counts, IReadOnlyList<OpenBatch> Open, int Outages = 0,
    DateTime? OutageSince = null)
{
    /// <summary>The input of a new job's orchestration.</summary>
    public static MailRun Begin(string jobId) => new(jobId, null, null, 0, new MailCounts(), []);
}

/// <summary>A batch that was begun and is not done.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Attempt">The try that comes next.</param>
/// <param name="Due">When it may start.</param>
/// <param name="Counted">What <see cref="MailRun.Counts"/> holds of it.</param>
internal sealed record OpenBatch(int Batch, int Attempt, DateTime Due, MailCounts Counted);
