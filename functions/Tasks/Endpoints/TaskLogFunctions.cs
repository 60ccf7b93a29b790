using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Endpoints;

/// <summary>Logs of tasks over HTTP.</summary>
internal sealed class TaskLogFunctions(TaskStore store)
{
    /// <summary>
    /// <c>GET /api/tasks/{id}/logs</c>: the last lines that the task's handler logged, over all its attempts, the oldest first.
    /// </summary>
    [Function("TaskLogs")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks/{id}/logs")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        TaskKey.IsValid(id) && await store.FindLogAsync(id, cancellationToken) is { } log
            ? Results.Json(log, AppJson.Options) : TaskFunctions.Unknown(id);
}
