using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Monitoring;
using Serverless.Queues.DeadLetters;
using Serverless.Queues.Operations;
using Serverless.Tasks.Endpoints;

namespace Serverless.Queues.Endpoints;

/// <summary>Queues over HTTP.</summary>
public sealed class QueueEndpoints(IQueueAdmin admin, QueueCatalog catalog, TaskMonitor monitor, QueueOperationStarter starter)
{
    /// <summary><c>GET /api/queues</c>: all queues with their counts and rates.</summary>
    [Function("QueueList")]
    public async Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues")] HttpRequest request, CancellationToken cancellationToken)
    {
        var counts = await admin.CountAllAsync(cancellationToken);
        var runs = await monitor.LanesAsync(QueueStatus.Last, cancellationToken);
        return QueueJson.Ok(new QueuePage([.. catalog.Entries.Select(queue => QueueStatus.From(queue, counts, runs))]));
    }

    /// <summary><c>GET /api/queues/{queue}</c>: one queue with its counts and rates.</summary>
    [Function("QueueShow")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}")] HttpRequest request, string queue, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () =>
        {
            var entry = catalog.Find(queue);
            var counts = await Task.WhenAll(entry.Lanes.Select(lane => admin.CountAsync(lane, cancellationToken)));
            var runs = await monitor.LanesAsync(QueueStatus.Last, cancellationToken);
            return QueueJson.Ok(QueueStatus.From(entry, entry.Lanes.Zip(counts).ToDictionary(lane => lane.First, lane => lane.Second), runs));
        });

    /// <summary><c>GET /api/queues/{queue}/messages?top=&amp;continuation=</c>: looks at messages of any state without locking them, in pages.</summary>
    [Function("QueuePeek")]
    public Task<IResult> PeekAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}/messages")] HttpRequest request, string queue, CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(async () =>
        {
            var entry = catalog.Find(queue);
            var query = new QueueQuery(request.Query);
            var (top, from) = (query.Top(), query.Position());
            query.Check();
            return QueueJson.Ok(await PeekAsync(entry, top, from, cancellationToken));
        });

    /// <summary><c>DELETE /api/queues/{queue}/messages</c>: deletes what waits for a consumer. 202 with the addresses of the orchestration that does it.</summary>
    [Function("QueuePurge")]
    public Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "queues/{queue}/messages")] HttpRequest request,
        string queue,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken) =>
        TaskProblems.AnswerAsync(() =>
            starter.StartAsync(request, durable, catalog.Find(queue), QueueOperationKind.PurgeMessages, new DeadLetterFilter(), cancellationToken: cancellationToken));

    private async Task<WaitingPage> PeekAsync(QueueEntry queue, int top, DeadLetterPosition from, CancellationToken cancellationToken)
    {
        var found = new List<WaitingMessage>();
        for (var lane = from.Lane; lane < queue.Lanes.Count; lane++)
        {
            var number = lane == from.Lane ? from.Number : 0;
            while (await admin.PeekAsync(queue.Lanes[lane], deadLetters: false, number, top - found.Count, cancellationToken) is { Count: > 0 } page)
            {
                found.AddRange(page.Select(message => WaitingMessage.Read(queue.Lanes[lane], message)));
                number = page[^1].SequenceNumber + 1;
                if (found.Count == top) return new WaitingPage(found, new DeadLetterPosition(lane, number).ToString());
            }
        }

        return new WaitingPage(found);
    }

    private sealed record QueuePage(IReadOnlyList<QueueStatus> Queues);
}
