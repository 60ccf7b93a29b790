using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Workflows.Run;

namespace Serverless.Workflows.Canvas;

/// <summary>Canvases over HTTP, once they are started.</summary>
internal static class CanvasControl
{
    private const string Route = "canvas/{id}";

    /// <summary><c>GET /api/canvas/{id}</c>: where a canvas stands, and what it came to.</summary>
    [Function("CanvasShow")]
    public static async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } canvas
            ? Results.Json(InstanceControl.Describe(canvas), WorkflowJson.Options) : Unknown(id);

    /// <summary>
    /// <c>DELETE /api/canvas/{id}?reason=</c>: cancels a canvas; what has not begun never does. 202; 409 when it has ended.
    /// </summary>
    [Function("CanvasCancel")]
    public static async Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await FindAsync(client, id, cancellationToken) is not { } canvas) return Unknown(id);
        return await InstanceControl.ChangeAsync(canvas, "cancelled", async () =>
        {
            await client.RaiseEventAsync(id, WorkflowRun.CancelEvent, request.Query["reason"].ToString(), cancellationToken);

            // One that is suspended hears nothing until it is resumed.
            if (canvas.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
                await client.ResumeInstanceAsync(id, "Cancelled", cancellationToken);
        });
    }

    /// <summary><c>POST /api/canvas/{id}/suspend</c>: a canvas begins nothing more until it is resumed; tasks that run go on.</summary>
    [Function("CanvasSuspend")]
    public static async Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } canvas
            ? await InstanceControl.SuspendAsync(request, client, canvas, cancellationToken) : Unknown(id);

    /// <summary><c>POST /api/canvas/{id}/resume</c>: a canvas goes on.</summary>
    [Function("CanvasResume")]
    public static async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = Route + "/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } canvas
            ? await InstanceControl.ResumeAsync(request, client, canvas, cancellationToken) : Unknown(id);

    private static Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        InstanceControl.FindAsync(client, id, nameof(CanvasRun), cancellationToken);

    private static IResult Unknown(string id) => Problems.NotFound("canvas", id, "It was never started, or is forgotten.");
}
