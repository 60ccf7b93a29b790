using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.DeadLetters.Endpoints;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Messaging;
using Serverless.Orchestrations;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.TaskOperations;

/// <summary>Revokes and retries many tasks over HTTP.</summary>
internal sealed class TaskOperationFunctions(TaskIndex index, ITaskClient tasks, QueueCatalog queues, TimeProvider time)
{
    private const string Route = "tasks/operations/{id}";
    private const int MaxBodyBytes = 256 * 1024;
    private const int MaxIds = 1_000;
    private const int MaxCounted = 100_000;
    private const int Shown = 5;

    /// <summary>
    /// <c>POST /api/tasks/operations</c>: see <see cref="TaskOperationRequest"/>. 202 with the address of the operation; with
    /// <c>dryRun</c> 200 with how many tasks are meant.
    /// </summary>
    [Function("TaskOperationStart")]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "tasks/operations")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadAsync<TaskOperationRequest>(request, MaxBodyBytes, AppJson.Options, cancellationToken)
            ?? new TaskOperationRequest();
        var filter = Check(body, out var kind);
        if (body.DryRun)
        {
            return QueueJson.Ok(
                body.Ids is { } ids
                    ? await PreviewAsync(kind, ids, cancellationToken) : await PreviewAsync(kind, filter, cancellationToken));
        }

        var id = $"tasks-{Guid.CreateVersion7(time.GetUtcNow()):N}";
        await client.StartOnceAsync(
            nameof(TaskOperationOrchestrator), id,
            new TaskOperationOrchestrator.Run(new TaskOperation(id, kind, filter, body.Ids), new TaskOperationProgress()), mayRestart: null,
            cancellationToken);
        request.HttpContext.Response.Headers.RetryAfter = "1";
        var status = Addresses.Of(request, "tasks", $"tasks/operations/{id}");
        return Results.Accepted(status, new Started(id, status));
    }

    /// <summary><c>GET /api/tasks/operations/{id}</c>: where an operation stands.</summary>
    [Function("TaskOperationShow")]
    public static async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation ? QueueJson.Ok(InstanceControl.Describe(operation)) : Unknown(id);

    /// <summary><c>DELETE /api/tasks/operations/{id}</c>: ends an operation after its step; what was done stays done.</summary>
    [Function("TaskOperationCancel")]
    public static async Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = Route)] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(client, id, cancellationToken) is { } operation
            ? await InstanceControl.TerminateAsync(client, operation, cancellationToken) : Unknown(id);

    private async Task<TaskOperationPreview> PreviewAsync(
        TaskOperationKind kind, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = await TaskOperationActivities.GetAsync(tasks, ids, cancellationToken);
        var meant = found.Where(t => TaskOperationActivities.IsMeant(kind, t)).ToList();
        return new TaskOperationPreview(kind, meant.Count, IsExact: true, [.. meant.Take(Shown)]);
    }

    private async Task<TaskOperationPreview> PreviewAsync(
        TaskOperationKind kind, TaskFilter filter, CancellationToken cancellationToken)
    {
        var (count, isExact) = await index.CountAsync(
            filter, t => TaskOperationActivities.IsMeant(kind, t), MaxCounted, cancellationToken);
        var first = await index.ListAsync(filter, Shown, null, cancellationToken);
        return new TaskOperationPreview(
            kind, count, isExact, [.. first.Tasks.Where(t => TaskOperationActivities.IsMeant(kind, t))]);
    }

    private TaskFilter Check(TaskOperationRequest body, out TaskOperationKind kind)
    {
        var (filter, faults) = (body.Filter, new List<(string, string)>());
        kind = body.Kind ?? default;
        if (body.Kind is null) faults.Add(("kind", "Give \"revoke\" or \"retry\"."));
        var ways = (filter.IsEmpty ? 0 : 1) + (body.All ? 1 : 0) + (body.Ids is null ? 0 : 1);
        if (ways != 1) faults.Add(("all", "Give state, task, queue, since, before or text; or \"ids\"; or \"all\": true for all tasks."));
        if (body.Ids is { Count: 0 or > MaxIds } || body.Ids?.Any(id => id is null || !TaskKey.IsValid(id)) == true)
            faults.Add(("ids", $"Give 1 to {MaxIds} ids of tasks."));
        if (body.Queue is { } queue && !queues.TryFind(queue, out _))
            faults.Add(("queue", $"There is no such queue. Queues: {string.Join(", ", queues.Entries.Select(q => q.Name))}."));
        if (body.Text is { Length: 0 or > 200 }) faults.Add(("text", "Give 1 to 200 characters."));
        if (faults.Count > 0) throw new TaskValidationException(faults);

        // What began later is not meant.
        return filter with { Before = filter.Before ?? time.GetUtcNow() };
    }

    private static Task<OrchestrationMetadata?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        InstanceControl.FindAsync(client, id, nameof(TaskOperationOrchestrator), cancellationToken);

    private static IResult Unknown(string id) => Problems.NotFound("operation on tasks", id, "It was never started, or is forgotten.");
}
