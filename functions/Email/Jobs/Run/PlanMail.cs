using Microsoft.Azure.Functions.Worker;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>Divides a job's list into batches.</summary>
internal sealed class PlanMail(MailPlanner planner, MailJobStore store)
{
    /// <summary>Doing it again gives the same plan.</summary>
    /// <exception cref="MailJobException">The list is no list of recipients, or is not there any more.</exception>
    [Function(nameof(PlanMail))]
    public async Task<MailFacts> RunAsync([ActivityTrigger] string jobId, CancellationToken cancellationToken)
    {
        await store.BeginAsync(jobId, cancellationToken);
        return await planner.PlanAsync(jobId, cancellationToken);
    }
}
