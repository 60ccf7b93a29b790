using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs.Run;
using Serverless.Jobs;

namespace Serverless.Email.Endpoints;

/// <summary>Stops mail jobs for a while; <see cref="EmailCancel"/> ends them.</summary>
internal static class EmailControl
{
    /// <summary>
    /// <c>POST /api/email/{id}/suspend</c>: a job begins no more batches until it is resumed. 202; 409 when it has ended.
    /// </summary>
    [Function("EmailSuspend")]
    public static async Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/{id}/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } job
            ? await InstanceControl.SuspendAsync(request, client, job, cancellationToken) : EmailStatus.Unknown(id);

    /// <summary><c>POST /api/email/{id}/resume</c>: a job goes on. 202; 409 when it has ended.</summary>
    [Function("EmailResume")]
    public static async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/{id}/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } job
            ? await InstanceControl.ResumeAsync(request, client, job, cancellationToken) : EmailStatus.Unknown(id);

    private static Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        InstanceControl.FindAsync(client, id, nameof(MailJobOrchestrator), cancellationToken);
}
