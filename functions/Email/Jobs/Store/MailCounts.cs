namespace Serverless.Email.Jobs.Store;

/// <summary>Recipients by outcome.</summary>
/// <param name="Successful">The server took their message.</param>
/// <param name="Failed">Theirs was refused, or could not be made.</param>
/// <param name="Suppressed">They are on the suppression list.</param>
internal sealed record MailCounts(long Successful = 0, long Failed = 0, long Suppressed = 0)
{
    /// <summary>Recipients that are done with.</summary>
    public long Done => Successful + Failed + Suppressed;

    /// <summary>The sum of both.</summary>
    public MailCounts Add(MailCounts other) => new(Successful + other.Successful, Failed + other.Failed, Suppressed + other.Suppressed);

    /// <summary>The counts without those of another.</summary>
    public MailCounts Subtract(MailCounts other) =>
        new(Successful - other.Successful, Failed - other.Failed, Suppressed - other.Suppressed);
}
