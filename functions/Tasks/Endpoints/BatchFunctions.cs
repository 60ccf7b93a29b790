using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Running;

namespace Serverless.Tasks.Endpoints;

/// <summary>Batches over HTTP.</summary>
internal sealed class BatchFunctions(BatchClient batches)
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    /// <summary>
    /// <c>POST /api/batches</c>: opens a batch; tasks become members by their option <c>batch</c>. 201; 200 when the same id was opened by
    /// the same request before.
    /// </summary>
    [Function("BatchOpen")]
    public async Task<IResult> OpenAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches")] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<BatchRequestBody>(request, MaxBodyBytes, AppJson.Options, cancellationToken);
        var (batch, isNew) = await batches.OpenAsync((body ?? new BatchRequestBody()).ToDefinition(), cancellationToken);
        return Results.Json(batch, AppJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>GET /api/batches?size=&amp;after=</c>: the batches, the newest first.</summary>
    [Function("BatchList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches")] HttpRequest request, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultPage, MaxPage, faults, TimeIndex.IsPlace);
        return faults.Any
            ? Problems.Invalid(faults) : Results.Json(await batches.ListAsync(size, after, cancellationToken), AppJson.Options);
    }

    /// <summary><c>GET /api/batches/{id}</c>: a batch with its counts.</summary>
    [Function("BatchShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{id}")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        Answer(id, await batches.FindAsync(id, cancellationToken));

    /// <summary>
    /// <c>POST /api/batches/{id}/close</c>: from now on only its own tasks may add to it; it completes with its last member. Closed twice
    /// it is closed.
    /// </summary>
    [Function("BatchClose")]
    public async Task<IResult> CloseAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches/{id}/close")] HttpRequest request, string id,
        CancellationToken cancellationToken) =>
        Answer(id, await batches.CloseAsync(id, cancellationToken));

    private static IResult Answer(string id, BatchView? batch) =>
        batch is null ? throw new UnknownBatchException(id) : Results.Json(batch, AppJson.Options);
}

/// <summary>The body of <c>POST /api/batches</c>; see <see cref="BatchDefinition"/> for what each member means.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record BatchRequestBody
{
    /// <summary>The same id twice is one batch.</summary>
    public string? Id { get; init; }

    /// <summary>A line for people.</summary>
    public string? Description { get; init; }

    /// <summary>The batch that it is a member of.</summary>
    public string? Parent { get; init; }

    /// <summary>Sent once, when a member has failed for good.</summary>
    public CallbackBody? OnFailure { get; init; }

    /// <summary>Sent once, when all members have succeeded.</summary>
    public CallbackBody? OnSuccess { get; init; }

    /// <summary>Sent once, when all members have ended, however.</summary>
    public CallbackBody? OnCompletion { get; init; }

    internal BatchDefinition ToDefinition() => new()
    {
        Id = Id,
        Description = Description,
        Parent = Parent,
        OnFailure = OnFailure?.ToCallback(),
        OnSuccess = OnSuccess?.ToCallback(),
        OnCompletion = OnCompletion?.ToCallback(),
    };
}

/// <summary>A callback in such a body.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CallbackBody
{
    /// <summary>The task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Its arguments; a handler that takes <c>batch</c> is given the batch's id and counts in it.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Instead of the router's queue.</summary>
    public string? Queue { get; init; }

    internal BatchCallback ToCallback() => new(Task, Args, Queue);
}
