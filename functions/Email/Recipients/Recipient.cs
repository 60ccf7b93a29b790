namespace Serverless.Email.Recipients;

/// <summary>One line of a list of recipients.</summary>
/// <param name="To">The address as it was given; empty when it is missing.</param>
/// <param name="From">The sender, if it differs from the job's.</param>
/// <param name="Subject">The subject as it is, if it differs from the template's.</param>
/// <param name="Values">The other columns, for the template.</param>
/// <param name="Fault">Why it cannot be read; null when it can.</param>
internal sealed record Recipient(
    string To, string? From, string? Subject, IReadOnlyDictionary<string, object?> Values, string? Fault = null)
{
    /// <summary>One that cannot be read.</summary>
    public static Recipient CreateBroken(string fault, string to = "") => new(to, null, null, new Dictionary<string, object?>(), fault);
}
