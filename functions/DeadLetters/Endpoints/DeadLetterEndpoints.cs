using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.DeadLetters.Operations;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>Dead letters over HTTP.</summary>
internal sealed class DeadLetterEndpoints(QueueCatalog catalog, DeadLetterReader reader, RequeueCheck check, QueueOperationStarter starter)
{
    private const int MaxBodyBytes = 256 * 1024;

    /// <summary>
    /// <c>GET /api/queues/{queue}/deadletters?id=&amp;task=&amp;reason=&amp;since=&amp;before=&amp;group=&amp;size=&amp;after=</c>: dead
    /// letters, in pages.
    /// </summary>
    [Function("DeadLetterList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}/deadletters")] HttpRequest request, string queue,
        CancellationToken cancellationToken)
    {
        var entry = catalog.Find(queue);
        var query = new QueueQuery(request.Query);
        var filter = query.ToFilter();
        var (size, from) = query.ReadPage();
        query.Check();
        return QueueJson.Ok(await reader.ListAsync(entry, filter, size, from, cancellationToken));
    }

    /// <summary>
    /// <c>GET /api/queues/{queue}/deadletters/groups?task=&amp;reason=&amp;since=&amp;before=&amp;after=</c>: dead letters by what most
    /// likely is one cause. An answer looks at 3,000 of them; <c>next</c> says where to look on, and equal groups add up.
    /// </summary>
    [Function("DeadLetterGroups")]
    public async Task<IResult> GroupAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}/deadletters/groups")] HttpRequest request, string queue,
        CancellationToken cancellationToken)
    {
        var entry = catalog.Find(queue);
        var query = new QueueQuery(request.Query);
        var filter = query.ToFilter();
        var (_, from) = query.ReadPage();
        query.Check();
        return QueueJson.Ok(await reader.CollectGroupsAsync(entry, filter, from, cancellationToken));
    }

    /// <summary><c>GET /api/queues/{queue}/deadletters/{id}</c>: one with its arguments and stack.</summary>
    [Function("DeadLetterShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}/deadletters/{id}")] HttpRequest request,
        string queue,
        string id,
        CancellationToken cancellationToken) =>
        await reader.FindAsync(catalog.Find(queue), id, cancellationToken) is var (lane, message)
            ? QueueJson.Ok(DeadLetter.ReadWhole(lane, message))
            : Unknown(queue, id);

    /// <summary>
    /// <c>POST /api/queues/{queue}/deadletters/requeue</c>: see <see cref="RequeueRequest"/>. 202 with the address of the operation.
    /// </summary>
    [Function("DeadLetterRequeue")]
    public async Task<IResult> RequeueAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "queues/{queue}/deadletters/requeue")] HttpRequest request,
        string queue,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var entry = catalog.Find(queue);
        var body = await RequestBody.ReadAsync<RequeueRequest>(request, MaxBodyBytes, AppJson.Options, cancellationToken)
            ?? new RequeueRequest();
        var filter = new DeadLetterFilter(body.Ids, body.Task, body.Reason, body.Since, body.Before, body.Group);
        if (await check.FindUnknownAsync(entry, body, filter, cancellationToken) is { } unknown)
            return Unknown(queue, unknown);

        return await starter.StartAsync(
            request, durable, entry, QueueOperationKind.Requeue, filter, body.Args, body.Canary ?? 0, cancellationToken);
    }

    /// <summary>
    /// <c>DELETE /api/queues/{queue}/deadletters?id=&amp;task=&amp;reason=&amp;since=&amp;before=&amp;group=&amp;all=</c>: deletes dead
    /// letters. 202 with the address of the operation.
    /// </summary>
    [Function("DeadLetterPurge")]
    public Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "queues/{queue}/deadletters")] HttpRequest request,
        string queue,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken)
    {
        var entry = catalog.Find(queue);
        var query = new QueueQuery(request.Query);
        var filter = query.ToFilter();
        query.Check();
        return filter.IsEmpty != query.ReadAll()
            ? throw new TaskValidationException(
                [("all", "Give id, task, reason, since, before or group, or all=true to delete all of them.")])
            : starter.StartAsync(
                request, durable, entry, QueueOperationKind.PurgeDeadLetters, filter, cancellationToken: cancellationToken);
    }

    private static IResult Unknown(string queue, string id) => Problems.NotFound(
        "dead letter", id,
        $"The first 100,000 of the queue '{queue}' were looked at. GET /api/queues/{queue}/deadletters lists them.");
}
