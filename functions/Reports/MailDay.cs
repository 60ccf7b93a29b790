using Serverless.Email.Jobs.Store;

namespace Serverless.Reports;

/// <summary>Sums up the mail jobs of a day, however many.</summary>
internal sealed class MailDay(MailJobStore store)
{
    /// <summary>Sums up the jobs that were accepted in a time.</summary>
    public async Task<MailSection> CollectAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var sum = new MailSection(0, 0, 0, 0, 0, 0);
        await foreach (var job in JobsOfDay.ReadAsync<MailJobEntity>(store.ListAsync, j => j.CreatedAt, from, to, cancellationToken))
        {
            var state = job.GetState();
            sum = new MailSection(
                sum.Jobs + 1,
                sum.Completed + (state == MailJobState.Completed ? 1 : 0),
                sum.Failed + (state == MailJobState.Failed ? 1 : 0),
                sum.Sent + (job.Successful ?? 0),
                sum.Refused + (job.Failed ?? 0),
                sum.Suppressed + (job.Suppressed ?? 0));
        }

        return sum;
    }
}
