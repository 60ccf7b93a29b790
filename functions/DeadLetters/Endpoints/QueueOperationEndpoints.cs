using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.DeadLetters.Operations;
using Serverless.Http;
using Serverless.Jobs;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>Requeues and purges over HTTP, once they are started.</summary>
internal static class QueueOperationEndpoints
{
    private const string Route = "queues/operations/{id}";

    /// <summary><c>GET /api/queues/operations/{id}</c>: where an operation stands.</summary>
    [Function("QueueOperationShow")]
    public static async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation ? QueueJson.Ok(InstanceControl.Describe(operation)) : Unknown(id);

    /// <summary>
    /// <c>DELETE /api/queues/operations/{id}</c>: ends an operation after the page that is at work; what was done stays done.
    /// </summary>
    [Function("QueueOperationCancel")]
    public static async Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation
            ? await InstanceControl.TerminateAsync(client, operation, cancellationToken) : Unknown(id);

    /// <summary><c>POST /api/queues/operations/{id}/suspend</c>: an operation stops after the page that is at work.</summary>
    [Function("QueueOperationSuspend")]
    public static async Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = Route + "/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation
            ? await InstanceControl.SuspendAsync(request, client, operation, cancellationToken) : Unknown(id);

    /// <summary><c>POST /api/queues/operations/{id}/resume</c>: an operation goes on.</summary>
    [Function("QueueOperationResume")]
    public static async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = Route + "/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation
            ? await InstanceControl.ResumeAsync(request, client, operation, cancellationToken) : Unknown(id);

    private static Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        InstanceControl.FindAsync(client, id, nameof(QueueOperationOrchestrator), cancellationToken);

    private static IResult Unknown(string id) => Problems.NotFound("queue operation", id, "It was never started, or is forgotten.");
}
