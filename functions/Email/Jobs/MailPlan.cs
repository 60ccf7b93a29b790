using Serverless.Email.Recipients;

namespace Serverless.Email.Jobs;

/// <summary>The division of a job into batches. Batch <c>n</c> has the recipients from <c>n</c> · <see cref="BatchSize"/> on.</summary>
/// <param name="Job">The job.</param>
/// <param name="Format">How its list is written.</param>
/// <param name="Length">The list's size in bytes.</param>
/// <param name="Total">Recipients in the list.</param>
/// <param name="BatchSize">Recipients of a batch; the last may have fewer.</param>
/// <param name="Share">A batch's share of the rate: messages a second; null for no limit.</param>
/// <param name="Repeats">Recipients whose address stands earlier in the list: they get no second mail.</param>
internal sealed record MailPlan(
    MailJob Job, RecipientFormat Format, long Length, long Total, int BatchSize, double? Share, long Repeats = 0)
{
    /// <summary>The number of batches.</summary>
    public int Batches => (int)((Total + BatchSize - 1) / BatchSize);

    /// <summary>The number of a batch's recipients.</summary>
    public int CountOf(int batch) => (int)Math.Min(BatchSize, Total - ((long)batch * BatchSize));
}
