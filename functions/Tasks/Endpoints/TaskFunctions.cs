using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Endpoints;

/// <summary>Tasks over HTTP.</summary>
internal sealed class TaskFunctions(ITaskClient tasks, TaskIndex index)
{
    // The largest arguments, and room for the options.
    private const int MaxBodyBytes = TaskArguments.MaxBytes + (64 * 1024);

    /// <summary><c>POST /api/tasks/{name}</c>: sends a task. 202 with its id and where to look.</summary>
    [Function("TaskSend")]
    public async Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<SendRequest>(request, MaxBodyBytes, AppJson.Options, cancellationToken) ?? new SendRequest();
        var id = await tasks.SendAsync(name, body.Args ?? SendRequest.NoArgs, body.ToOptions(), cancellationToken);
        var status = Addresses.Of(request, "tasks", $"tasks/{id}");
        return Results.Accepted(status, new Started(id, status));
    }

    /// <summary>
    /// <c>POST /api/tasks?batch=</c>: sends up to 1,000 tasks, as a JSON array or one a line (JSON Lines), each with its name in
    /// <c>task</c>. 202 with an id for each; 207 when some were refused, with the reasons in their places.
    /// </summary>
    [Function("TaskSendBatch")]
    public async Task<IResult> SendBatchAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks")] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadBytesAsync(request, MaxBodyBytes, "Send the tasks in several.", cancellationToken);
        var answer = await BatchRequest.SendAsync(
            tasks, BatchBody.Split(body), PageQuery.ReadWord(request.Query, "batch"), cancellationToken);
        return Results.Json(
            answer, AppJson.Options,
            statusCode: answer.Refused == 0 ? StatusCodes.Status202Accepted : StatusCodes.Status207MultiStatus);
    }

    /// <summary><c>GET /api/tasks/{id}</c>: where a task stands, its progress, result or error.</summary>
    [Function("TaskShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks/{id}")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        await tasks.GetAsync(id, cancellationToken) is { } record ? Results.Json(record, AppJson.Options) : Unknown(id);

    /// <summary><c>DELETE /api/tasks/{id}</c>: revokes a task. 202; 404 when it is unknown; 409 when it has ended.</summary>
    [Function("TaskRevoke")]
    public async Task<IResult> RevokeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "tasks/{id}")] HttpRequest request, string id,
        CancellationToken cancellationToken)
    {
        if (await tasks.RevokeAsync(id, cancellationToken)) return Results.Accepted();
        return await tasks.GetAsync(id, cancellationToken) is { } ended
            ? Problems.Conflict("Too late", $"The task '{id}' has ended: {ended.State}.")
            : Unknown(id);
    }

    /// <summary>
    /// <c>GET /api/tasks?task=&amp;queue=&amp;state=&amp;since=&amp;before=&amp;text=&amp;tag=&amp;size=&amp;after=</c>: tasks without
    /// their results, the newest first, in pages. A page may have fewer than <c>size</c> though more follow.
    /// </summary>
    [Function("TaskList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "tasks")] HttpRequest request, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (filter, size, after) = TaskListQuery.Read(request.Query, faults);
        return faults.Any
            ? Problems.Invalid(faults) : Results.Json(await index.ListAsync(filter, size, after, cancellationToken), AppJson.Options);
    }

    /// <summary>404 for an id that nobody knows, or that is forgotten by now.</summary>
    internal static IResult Unknown(string id) => Problems.NotFound(
        "task", id, "It was never sent, ignores its result, or is forgotten (1 hour after its end by default).");
}
