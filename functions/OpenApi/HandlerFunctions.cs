using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.OpenApi;

/// <summary>The tasks that the app can run, with what their handlers take.</summary>
internal sealed class HandlerFunctions(TaskRegistry registry)
{
    private readonly Lazy<HandlerList> _handlers = new(() => new HandlerList([.. registry.All.Select(View)]));

    /// <summary><c>GET /api/handlers</c>: each task with the JSON schema of its arguments.</summary>
    [Function("HandlerList")]
    public IResult List([HttpTrigger(AuthorizationLevel.Function, "get", Route = "handlers")] HttpRequest request) =>
        Results.Json(_handlers.Value, AppJson.Options);

    private static HandlerView View(TaskDefinition task) => new(
        task.Name, task.Attribute.Queue, task.Attribute.MaxRetries, task.Attribute.TimeoutSeconds,
        ApiSchemas.BuildAlone(task.ArgumentType, AppJson.Strict));
}

/// <summary>The tasks that the app can run, by name.</summary>
internal sealed record HandlerList(IReadOnlyList<HandlerView> Handlers);

/// <summary>A task that the app can run.</summary>
/// <param name="Task">Its name.</param>
/// <param name="Queue">Its queue; null for the router's.</param>
/// <param name="MaxRetries">How often a failed run is tried again.</param>
/// <param name="TimeoutSeconds">Seconds that one run may take.</param>
/// <param name="Args">The JSON schema of its arguments.</param>
internal sealed record HandlerView(string Task, string? Queue, int MaxRetries, int TimeoutSeconds, JsonNode Args);
