using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Access;
using Serverless.Http;
using Serverless.Monitoring;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Endpoints;

/// <summary>Pauses of tasks and tenants over HTTP; those of queues and schedules are listed with them.</summary>
internal sealed class PauseFunctions(TaskRegistry registry, TaskPauses pauses, PauseList list, CallerReader callers)
{
    private const int MaxTenantLength = 128;

    /// <summary><c>GET /api/pauses</c>: what is paused, the oldest pause first.</summary>
    [Function("PauseList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pauses")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.Json(new PausePage(await list.ReadAsync(cancellationToken)), AppJson.Options);

    /// <summary>
    /// <c>POST /api/tasks/{name}/pause</c>: messages of the task are put off until it is resumed, without spending attempts; what runs is
    /// run to its end.
    /// </summary>
    [Function("TaskPause")]
    public async Task<IResult> PauseTaskAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "tasks/{name}/pause")] HttpRequest request, string name,
        CancellationToken cancellationToken)
    {
        if (!registry.TryFind(name, out var task)) throw new UnknownTaskException(name, registry.All.Select(d => d.Name));
        var by = callers.Read(request).Name;
        return Results.Json(await pauses.AddAsync(PauseKind.Task, task.Name, by, cancellationToken), AppJson.Options);
    }

    /// <summary><c>POST /api/tasks/{name}/resume</c>: what was put off runs within two minutes. 404 when the task is not paused.</summary>
    [Function("TaskResume")]
    public Task<IResult> ResumeTaskAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "tasks/{name}/resume")] HttpRequest request, string name,
        CancellationToken cancellationToken) => ResumeAsync(PauseKind.Task, name, cancellationToken);

    /// <summary><c>POST /api/tenants/{tenant}/pause</c>: messages of the tenant's tasks are put off until it is resumed.</summary>
    [Function("TenantPause")]
    public async Task<IResult> PauseTenantAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "tenants/{tenant}/pause")] HttpRequest request, string tenant,
        CancellationToken cancellationToken) =>
        tenant.Length is > 0 and <= MaxTenantLength
            ? Results.Json(
                await pauses.AddAsync(PauseKind.Tenant, tenant, callers.Read(request).Name, cancellationToken), AppJson.Options)
            : NotPaused(PauseKind.Tenant, tenant);

    /// <summary><c>POST /api/tenants/{tenant}/resume</c>: what was put off runs within two minutes. 404 when it is not paused.</summary>
    [Function("TenantResume")]
    public Task<IResult> ResumeTenantAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "tenants/{tenant}/resume")] HttpRequest request, string tenant,
        CancellationToken cancellationToken) => ResumeAsync(PauseKind.Tenant, tenant, cancellationToken);

    private async Task<IResult> ResumeAsync(PauseKind kind, string name, CancellationToken cancellationToken) =>
        await pauses.RemoveAsync(kind, name, cancellationToken) ? Results.Json(new Resumed(kind, name), AppJson.Options)
            : NotPaused(kind, name);

    private static IResult NotPaused(PauseKind kind, string name) => Problems.NotFound(
        "It is not paused", $"The {kind.ToString().ToLowerInvariant()} '{name}' is not paused. GET /api/pauses lists what is.");
}

/// <summary>The pauses there are.</summary>
/// <param name="Pauses">The oldest first.</param>
internal sealed record PausePage(IReadOnlyList<PausedWork> Pauses);

/// <summary>A pause has ended.</summary>
/// <param name="Kind">What was paused.</param>
/// <param name="Name">The task's name, or the tenant.</param>
internal sealed record Resumed(PauseKind Kind, string Name);
