using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Endpoints;

namespace Serverless.Workflows.Canvas;

/// <summary>Canvases over HTTP.</summary>
internal sealed class CanvasFunctions(CanvasStarter starter, TaskRegistry tasks, TaskRouter router)
{
    // Ten thousand signatures with short arguments; many items belong into a blob.
    private const int MaxBodyBytes = 2 << 20;
    private const int DefaultTimeout = 86_400;
    private const int MaxTimeoutSeconds = 30 * 86_400;

    /// <summary>
    /// <c>POST /api/canvas</c> with <c>{"canvas": {...}, "timeoutSeconds": 3600, "id": "..."}</c>, the latter two optional: runs a canvas.
    /// 202 with the canvas' id and address; 400 with every fault. The same id twice is one run, and 409 when the second asks for something
    /// else.
    /// </summary>
    [Function("CanvasStart")]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "canvas")] HttpRequest request, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var body = new StepReader(await RequestBody.ReadElementAsync(request, MaxBodyBytes, cancellationToken), "", faults);
        var timeout = body.ReadInteger("timeoutSeconds", 1, MaxTimeoutSeconds) ?? DefaultTimeout;
        var id = body.ReadText("id", maxLength: 100);
        if (id is not null && !TaskKey.IsValid(id)) faults.Add("id", "Must be 1 to 100 letters, digits and . _ : -");
        var canvas = Read(body.ReadElement("canvas"), faults);
        body.RefuseOthers("A canvas' start");
        var nodes = canvas is null ? 0 : new CanvasCheck(tasks, router, faults).Check(canvas);
        if (faults.Any) return Problems.Invalid(faults, "The canvas has faults");

        var started = await starter.StartAsync(client, canvas!, nodes, timeout, id, cancellationToken);
        return Addresses.Accepted(request, "canvas", started);
    }

    private static CanvasNode? Read(JsonElement? json, ValidationErrors faults)
    {
        if (json is not { ValueKind: JsonValueKind.Object } tree)
        {
            faults.Add(
                "canvas", "Is required: a node such as {\"type\": \"task\", \"task\": \"demo.add\", \"args\": {\"a\": 1, \"b\": 2}}.");
            return null;
        }

        try
        {
            return CanvasJson.Read(tree);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            var path = e is JsonException { Path: { Length: > 1 } at } ? "canvas" + at[1..] : "canvas";
            faults.Add(
                path, e is JsonException fault
                    ? JsonErrors.Describe(fault) : "A node needs a \"type\": task, chain, group, chord, map, starmap or chunks.");
            return null;
        }
    }
}
