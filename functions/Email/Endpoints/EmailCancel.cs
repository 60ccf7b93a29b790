using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Email.Jobs;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Http;

namespace Serverless.Email.Endpoints;

/// <summary><c>DELETE /api/email/{id}</c>: cancels a mail job within its batches; what was sent is sent.</summary>
internal sealed class EmailCancel(MailJobStore store, MailJobReader reader, ILogger<EmailCancel> logger)
{
    /// <summary>202 when it is cancelled, also when it was before; 404 when there is no such job; 409 when it has ended.</summary>
    [Function(nameof(EmailCancel))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "email/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null) return EmailStatus.Unknown(id);

        var job = await store.EndAsync(id, MailJobState.Cancelled, null, cancellationToken);
        if (job.GetState() != MailJobState.Cancelled)
            return Problems.TooLate(EmailStatus.Kind, id, job.State, "cancelled");

        // Batches look at the table; the orchestration sums up once they have stopped, and is woken in case it waits.
        if (await client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false } instance)
        {
            await client.RaiseEventAsync(id, MailJobOrchestrator.Cancel, true, cancellationToken);
            if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
                await client.ResumeInstanceAsync(id, "Cancelled", cancellationToken);
        }

        Logs.JobCancelled(logger, id);
        return Results.Accepted(value: await reader.DescribeAsync(client, job, withFailed: false, cancellationToken));
    }
}
