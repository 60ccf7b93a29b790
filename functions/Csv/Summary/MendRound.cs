namespace Serverless.Csv.Summary;

/// <summary>One time that rejects were mended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="At">When it was asked for.</param>
/// <param name="By">Who asked, as they called themselves; null when they did not say.</param>
/// <param name="Accepted">Records that went to their place in the output.</param>
/// <param name="Rejected">Records that are still wrong.</param>
/// <param name="Dropped">Records that were left out for good.</param>
/// <param name="Unknown">Records that were sent and are none of the rejects.</param>
/// <param name="Error">Why nothing was changed, or an output was left alone; null when it went well.</param>
internal sealed record MendRound(
    string Id, DateTimeOffset At, string? By, long Accepted = 0, long Rejected = 0, long Dropped = 0, long Unknown = 0,
    string? Error = null);
