using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>A batch to send.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Batch">The batch, from 0.</param>
/// <param name="Attempt">0 for the first time, then one more with each try of the recipients that the server put off.</param>
/// <param name="IsLast">No try follows: who is put off now has failed.</param>
internal sealed record BatchTask(string JobId, int Batch, int Attempt, bool IsLast);

/// <summary>The outcome of a batch.</summary>
/// <param name="Counts">Of all its recipients, over all tries.</param>
/// <param name="Deferred">Recipients that the server put off in this try.</param>
/// <param name="Stop">Why it ended early, if it did.</param>
/// <param name="Reason">In words, when the mail server is why.</param>
/// <param name="RetryAfterSeconds">How long its breaker stays open.</param>
internal sealed record BatchOutcome(
    MailCounts Counts, int Deferred, BatchStop Stop = BatchStop.None, string? Reason = null, double RetryAfterSeconds = 0);

/// <summary>The reason that a batch ended for before its last recipient.</summary>
internal enum BatchStop
{
    /// <summary>It did not.</summary>
    None,

    /// <summary>Its time was up, or another run had it: the rest goes on later.</summary>
    Unfinished,

    /// <summary>The mail server cannot be used.</summary>
    Unavailable,

    /// <summary>The job was cancelled or has failed.</summary>
    JobEnded,
}
