using System.Globalization;
using System.Text.Json.Serialization;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>The custom status of a mail job. Batches at work are not part of its figures: their ledgers are, message by message.</summary>
/// <param name="Current">Recipients done with.</param>
/// <param name="Total">Recipients in all; 0 while unknown.</param>
/// <param name="Successful">Messages that the server took.</param>
/// <param name="Failed">Recipients that failed.</param>
/// <param name="Suppressed">Recipients on the suppression list.</param>
/// <param name="Status">A sentence for people.</param>
/// <param name="Phase">What the job is at: plan, send, wait or done.</param>
/// <param name="InFlight">The batches at work.</param>
internal sealed record MailProgress(
    [property: JsonPropertyName("current")] long Current,
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("successful")] long Successful,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("suppressed")] long Suppressed,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("phase")] string Phase,
    [property: JsonPropertyName("inFlight")] IReadOnlyList<int> InFlight)
{
    /// <summary>The phase of a job that is done.</summary>
    internal const string Ended = "done";

    // The whole status has 16 KB; a mail server's answer needs little of it.
    private const int MaxReasonLength = 500;

    /// <summary>While the list is not known yet.</summary>
    public static MailProgress Before(string status) => new(0, 0, 0, 0, 0, status, "plan", []);

    /// <summary>Between batches.</summary>
    public static MailProgress During(MailRun run, BatchWindow window)
    {
        var progress = Create(run, window.Settled, "", "send", window.InFlight);
        if (window.InFlight.Count > 0) return progress.WithSentence();
        if (window.Outage > TimeSpan.Zero)
        {
            var reason = window.OutageReason is { Length: > MaxReasonLength } text ? text[..MaxReasonLength] : window.OutageReason;
            return progress with
            {
                Phase = "wait",
                Status = string.Create(
                CultureInfo.InvariantCulture, $"Waiting {window.Outage.TotalSeconds:0} s for the mail server. {reason}")
            };
        }

        return window.NextDue is { } due
            ? progress with
            {
                Phase = "wait",
                Status = string.Create(
                CultureInfo.InvariantCulture, $"Waiting until {due:yyyy-MM-dd HH:mm:ss}Z to try those again that the mail server put off")
            }
            : progress.WithSentence();
    }

    /// <summary>At the end.</summary>
    public static MailProgress After(MailRun run, MailCounts counts) => Create(run, counts, "", Ended, []).WithSentence();

    /// <summary>With what batches at work have done since.</summary>
    public MailProgress With(IEnumerable<MailCounts> atWork)
    {
        var sum = atWork.Aggregate(new MailCounts(Successful, Failed, Suppressed), (all, counts) => all.Add(counts));
        var progress =
            this with { Current = sum.Done, Successful = sum.Successful, Failed = sum.Failed, Suppressed = sum.Suppressed, InFlight = [] };
        return Phase is "send" or "done" ? progress.WithSentence() : progress;
    }

    private MailProgress WithSentence() =>
        this with { Status = string.Create(CultureInfo.InvariantCulture, $"Sent {Successful} of {Total}") };

    private static MailProgress Create(MailRun run, MailCounts counts, string status, string phase, IReadOnlyList<int> inFlight) =>
        new(counts.Done, run.Facts?.Total ?? 0, counts.Successful, counts.Failed, counts.Suppressed, status, phase, inFlight);
}
