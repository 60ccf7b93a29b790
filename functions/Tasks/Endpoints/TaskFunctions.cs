using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>Tasks over HTTP.</summary>
public sealed class TaskFunctions(ITaskClient tasks, TaskStore store)
{
    // The largest arguments, and room for the options.
    private const int LargestBody = TaskArguments.Largest + (64 * 1024);

    /// <summary><c>POST /api/tasks/{name}</c>: sends a task. 202 with its id and where to look.</summary>
    [Function("TaskSend")]
    public Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{name}")] HttpRequest request, string name, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () =>
        {
            var body = await RequestBody.ReadAsync<SendRequest>(request, LargestBody, cancellationToken) ?? new SendRequest();
            var id = await tasks.SendAsync(name, body.Args ?? JsonSerializer.SerializeToElement(new { }), body.ToOptions(), cancellationToken);
            var status = $"{request.Scheme}://{request.Host}{request.Path.Value![..^name.Length]}{id}";
            return Results.Accepted(status, new { id, status });
        });

    /// <summary><c>GET /api/tasks/{id}</c>: where a task stands, its progress, result or error.</summary>
    [Function("TaskShow")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () => await tasks.GetAsync(id, cancellationToken) is { } record ? Results.Json(record, TaskJson.Options) : TaskProblems.Unknown(id));

    /// <summary><c>DELETE /api/tasks/{id}</c>: revokes a task. 202; 404 when it is unknown; 409 when it has ended.</summary>
    [Function("TaskRevoke")]
    public Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "tasks/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () =>
        {
            if (await tasks.RevokeAsync(id, cancellationToken)) return Results.Accepted();
            return await tasks.GetAsync(id, cancellationToken) is { } ended
                ? Problems.Create(StatusCodes.Status409Conflict, "Too late", $"The task '{id}' has ended: {ended.State}.")
                : TaskProblems.Unknown(id);
        });

    /// <summary><c>GET /api/tasks?state=&amp;task=&amp;since=&amp;top=&amp;continuation=</c>: tasks without their results, in pages.</summary>
    [Function("TaskList")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks")] HttpRequest request, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () =>
        {
            var page = await store.ListAsync(TaskListQuery.Read(request.Query), request.Query["continuation"] is [{ Length: > 0 } continuation] ? continuation : null, cancellationToken);
            return Results.Json(page, TaskJson.Options);
        });
}
