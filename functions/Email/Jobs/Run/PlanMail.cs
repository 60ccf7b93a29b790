using Microsoft.Azure.Functions.Worker;

namespace Serverless.Email.Jobs.Run;

/// <summary>Divides a job's list into batches.</summary>
public sealed class PlanMail(MailPlanner planner)
{
    /// <summary>Doing it again gives the same plan.</summary>
    /// <exception cref="MailJobException">The list is no list of recipients, or is not there any more.</exception>
    [Function(nameof(PlanMail))]
    public Task<MailFacts> RunAsync([ActivityTrigger] string jobId, CancellationToken cancellationToken) =>
        planner.PlanAsync(jobId, cancellationToken);
}
