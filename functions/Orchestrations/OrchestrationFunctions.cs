using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;

namespace Serverless.Orchestrations;

/// <summary>Orchestrations as the engine knows them, with their histories: for the check before a deployment.</summary>
internal static class OrchestrationFunctions
{
    private const int DefaultSize = 100;
    private const int MaxSize = 1000;

    private static readonly Dictionary<string, OrchestrationRuntimeStatus[]> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["running"] = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended],
        ["ended"] = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed],
    };

    /// <summary>
    /// <c>GET /api/orchestrations?status=running|ended</c>: a page of those that run, or of those that ended by themselves, with
    /// <c>next</c> for the page after.
    /// </summary>
    [Function("OrchestrationList")]
    public static async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "orchestrations")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        var status = request.Query["status"].ToString() is { Length: > 0 } given ? given : "running";
        if (!Statuses.TryGetValue(status, out var statuses))
            faults.Add("status", "Give running or ended.");
        if (statuses is null || faults.Any) return Problems.Invalid(faults);

        try
        {
            return await ReadPageAsync(client, statuses, size, after, cancellationToken);
        }
#pragma warning disable CA1031 // What an engine says of a token that it never gave differs between engines, and is the request's fault.
        catch (Exception e) when (after is not null && e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            faults.Add("after", "Must be the next of a page of this list.");
            return Problems.Invalid(faults);
        }
    }

    /// <summary>
    /// <c>GET /api/orchestrations/{id}/history</c>: the events of the current execution, in the protocol's JSON; 404 when there is none of
    /// that id.
    /// </summary>
    [Function("OrchestrationHistory")]
    public static async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "orchestrations/{id}/history")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(id, cancellationToken) is not { } instance)
            return Problems.NotFound("orchestration", id, "GET /api/orchestrations lists them.");

        var events = await client.GetOrchestrationHistoryAsync(id, cancellationToken);
        return Results.Json(
            new OrchestrationHistory(id, instance.Name, new JsonArray([.. events.Select(HistoryJson.Write).Where(e => e is not null)])),
            JsonSerializerOptions.Web);
    }

    private static async Task<IResult> ReadPageAsync(
        DurableTaskClient client, OrchestrationRuntimeStatus[] statuses, int size, string? after, CancellationToken cancellationToken)
    {
        var query = new OrchestrationQuery(Statuses: statuses, PageSize: size, FetchInputsAndOutputs: false);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages(after, size).WithCancellation(cancellationToken))
        {
            // A page of the engine may be empty and yet not be the last.
            if (page.Values.Count == 0 && page.ContinuationToken is not null) continue;
            return Results.Json(
                new OrchestrationPage([.. page.Values.Select(i => new OrchestrationName(i.InstanceId, i.Name))], page.ContinuationToken),
                JsonSerializerOptions.Web);
        }

        return Results.Json(new OrchestrationPage([], null), JsonSerializerOptions.Web);
    }
}
