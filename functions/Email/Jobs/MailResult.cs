using System.Text.Json.Serialization;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs;

/// <summary>The outcome of a job.</summary>
/// <param name="Total">Recipients in the list.</param>
/// <param name="Successful">Messages that the server took.</param>
/// <param name="Failed">Recipients that were not sent to.</param>
/// <param name="Suppressed">Recipients on the suppression list.</param>
/// <param name="SuccessRate">The successful share of the total, 0 to 1.</param>
/// <param name="FailedSends">The first of those that failed.</param>
/// <param name="FailedSendsBlob">The blob that has all of them, when there are more.</param>
internal sealed record MailResult(
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("successful")] long Successful,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("suppressed")] long Suppressed,
    [property: JsonPropertyName("success_rate")] double SuccessRate,
    [property: JsonPropertyName("failed_sends")] IReadOnlyList<FailedSend> FailedSends,
    [property: JsonPropertyName("failed_sends_blob")] string? FailedSendsBlob)
{
    /// <summary>From counts.</summary>
    public static MailResult Create(long total, MailCounts counts, IReadOnlyList<FailedSend> failed, string? blob) => new(
        total, counts.Successful, counts.Failed, counts.Suppressed, total == 0
            ? 1 : Math.Round((double)counts.Successful / total, 4), failed, blob);
}
