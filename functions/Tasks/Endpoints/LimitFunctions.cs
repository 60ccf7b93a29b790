using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks.Limits;

namespace Serverless.Tasks.Endpoints;

/// <summary>Limits over HTTP.</summary>
internal sealed class LimitFunctions(TaskLimits limits, TaskRegistry registry, QueueCatalog queues)
{
    private const int MaxBodyBytes = 16 * 1024;

    /// <summary><c>GET /api/limits</c>: the limits by name, those of handlers too.</summary>
    [Function("LimitList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "limits")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.Json(new LimitPage(await limits.ListAsync(cancellationToken)), AppJson.Options);

    /// <summary><c>GET /api/limits/{name}</c>: a limit.</summary>
    [Function("LimitShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "limits/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        (await limits.ListAsync(cancellationToken)).FirstOrDefault(l => l.Name == name) is { } limit
            ? Results.Json(limit, AppJson.Options) : Unknown(name);

    /// <summary>
    /// <c>PUT /api/limits/{name}</c>: makes a limit or changes one, also while tasks run; what waits moves. 201 or 200; 400 with every
    /// fault; 409 when another limit holds the same task or queue.
    /// </summary>
    [Function("LimitPut")]
    public async Task<IResult> PutAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "put", Route = "limits/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<LimitRequest>(request, MaxBodyBytes, AppJson.Options, cancellationToken);
        var limit = (body ?? new LimitRequest()).ToLimit(name);
        var faults = LimitCheck.FindFaults(limit, registry, queues).ToList();
        if (faults.Count > 0) throw new TaskValidationException(faults);

        var others = await limits.ListAsync(cancellationToken);
        if (others.Count(l => l.Source == LimitSource.Stored && l.Name != name) >= TaskLimits.MaxLimits)
            return Problems.Conflict("Too many limits", $"There are {TaskLimits.MaxLimits} limits; delete one.");
        foreach (var other in others)
        {
            if (LimitIndex.FindCollision(limit, other) is { } target)
                return Problems.Conflict(
                    "Another limit holds it", $"The limit '{other.Name}' of the same kind holds the {target} already. Change that one.");
        }

        var isNew = await limits.PutAsync(limit, cancellationToken);
        return Results.Json(limit, AppJson.Options, statusCode: isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>DELETE /api/limits/{name}</c>: ends a limit; what waits for it runs as it comes. 204.</summary>
    [Function("LimitDelete")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "limits/{name}")] HttpRequest request, string name,
        CancellationToken cancellationToken) =>
        LimitCheck.IsName(name) && await limits.RemoveAsync(name, cancellationToken) ? Results.NoContent() : Unknown(name);

    private static IResult Unknown(string name) =>
        Problems.NotFound("No such limit", $"There is no limit '{name}' that was put. GET /api/limits lists what there is.");
}

/// <summary>The limits there are.</summary>
/// <param name="Limits">By name.</param>
internal sealed record LimitPage(IReadOnlyList<TaskLimit> Limits);
