using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Endpoints;

/// <summary>Stops jobs for a while; <see cref="CsvCancel"/> ends them.</summary>
internal static class CsvControl
{
    /// <summary><c>POST /api/csv/{id}/suspend</c>: a job begins no more ranges until it is resumed. 202; 409 when it has ended.</summary>
    [Function("CsvSuspend")]
    public static async Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/{id}/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } job
            ? await InstanceControl.SuspendAsync(request, client, job, cancellationToken) : CsvStatus.Unknown(id);

    /// <summary><c>POST /api/csv/{id}/resume</c>: a job goes on. 202; 409 when it has ended.</summary>
    [Function("CsvResume")]
    public static async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/{id}/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } job
            ? await InstanceControl.ResumeAsync(request, client, job, cancellationToken) : CsvStatus.Unknown(id);

    private static Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        InstanceControl.FindAsync(client, id, nameof(CsvJobOrchestrator), cancellationToken);
}
