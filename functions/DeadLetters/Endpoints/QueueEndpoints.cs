using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Access;
using Serverless.DeadLetters.Operations;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Tasks;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.Endpoints;

/// <summary>Queues over HTTP.</summary>
internal sealed class QueueEndpoints(
    IQueueAdmin admin, QueueCatalog catalog, TaskMonitor monitor, QueueAges ages, QueueOperationStarter starter, QueueChanges changes,
    TaskPauses pauses, CallerReader callers)
{
    private const int MaxBodyBytes = 1024;

    /// <summary><c>GET /api/queues</c>: all queues with their counts and rates.</summary>
    [Function("QueueList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues")] HttpRequest request, CancellationToken cancellationToken)
    {
        var facts = await ReadAsync(await admin.CountAllAsync(cancellationToken), cancellationToken);
        return QueueJson.Ok(new QueuePage([.. catalog.Entries.Select(queue => QueueStatus.From(queue, facts))]));
    }

    /// <summary><c>GET /api/queues/{queue}</c>: one queue with its counts and rates.</summary>
    [Function("QueueShow")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}")] HttpRequest request, string queue,
        CancellationToken cancellationToken) => DescribeAsync(catalog.Find(queue), cancellationToken);

    /// <summary>
    /// <c>POST /api/queues/{queue}/pause</c>: the queue takes messages in and hands none out, until it is resumed; what runs is run to its
    /// end.
    /// </summary>
    [Function("QueuePause")]
    public Task<IResult> PauseAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "queues/{queue}/pause")] HttpRequest request, string queue,
        CancellationToken cancellationToken) =>
        SetReceivingAsync(request, queue, isOpen: false, cancellationToken);

    /// <summary><c>POST /api/queues/{queue}/resume</c>: the queue hands out messages again.</summary>
    [Function("QueueResume")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "post", Route = "queues/{queue}/resume")] HttpRequest request, string queue,
        CancellationToken cancellationToken) =>
        SetReceivingAsync(request, queue, isOpen: true, cancellationToken);

    /// <summary>
    /// <c>GET /api/queues/{queue}/messages?size=&amp;after=</c>: looks at messages of any state without locking them, in pages.
    /// </summary>
    [Function("QueuePeek")]
    public async Task<IResult> PeekAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues/{queue}/messages")] HttpRequest request, string queue,
        CancellationToken cancellationToken)
    {
        var entry = catalog.Find(queue);
        var query = new QueueQuery(request.Query);
        var (size, from) = query.ReadPage();
        query.Check();
        return QueueJson.Ok(await PeekAsync(entry, size, from, cancellationToken));
    }

    /// <summary>
    /// <c>DELETE /api/queues/{queue}/messages</c>: deletes what waits for a consumer. 202 with the address of the operation.
    /// </summary>
    [Function("QueuePurge")]
    public Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Admin, "delete", Route = "queues/{queue}/messages")] HttpRequest request,
        string queue,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellationToken) =>
        starter.StartAsync(
            request, durable, catalog.Find(
                queue), QueueOperationKind.PurgeMessages, new DeadLetterFilter(), cancellationToken: cancellationToken);

    private async Task<IResult> DescribeAsync(QueueEntry queue, CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(queue.Lanes.Select(lane => admin.CountAsync(lane, cancellationToken)));
        var byLane = queue.Lanes.Zip(counts).ToDictionary(lane => lane.First, lane => lane.Second);
        return QueueJson.Ok(QueueStatus.From(queue, await ReadAsync(byLane, cancellationToken)));
    }

    // Only lanes in which something waits are looked into.
    private async Task<LaneFacts> ReadAsync(IReadOnlyDictionary<string, QueueCounts> counts, CancellationToken cancellationToken)
    {
        var paused = admin.ListPausedAsync(cancellationToken);
        var runs = monitor.ReadLanesAsync(QueueStatus.Last, cancellationToken);
        var running = monitor.CountRunningAsync(cancellationToken);
        var waiting = counts.Where(lane => lane.Value.Active > 0).Select(lane => lane.Key).ToList();
        var oldest = Task.WhenAll(waiting.Select(lane => ages.FindOldestAsync(lane, cancellationToken)));
        await Task.WhenAll(paused, runs, running, oldest);
        return new LaneFacts(
            counts, runs.Result, paused.Result, running.Result,
            waiting.Zip(oldest.Result).ToDictionary(lane => lane.First, lane => lane.Second));
    }

    private async Task<IResult> SetReceivingAsync(HttpRequest request, string queue, bool isOpen, CancellationToken cancellationToken)
    {
        await RequestBody.ReadBytesAsync(request, MaxBodyBytes, "None is needed.", cancellationToken);
        var entry = catalog.Find(queue);

        // A crash between may leave a queue that is paused by nobody; never one that is said to be paused and is not.
        if (isOpen) await pauses.RemoveAsync(PauseKind.Queue, entry.Name, cancellationToken);
        await SetReceivingAsync(entry, isOpen, cancellationToken);
        if (!isOpen)
        {
            await pauses.AddAsync(PauseKind.Queue, entry.Name, callers.Read(request).Name, cancellationToken);

            // What a breaker had paused may have been opened before it was somebody's: from now on nothing opens it but they.
            await SetReceivingAsync(entry, isOpen, cancellationToken);
        }

        return await DescribeAsync(entry, cancellationToken);
    }

    private async Task SetReceivingAsync(QueueEntry entry, bool isOpen, CancellationToken cancellationToken)
    {
        foreach (var lane in entry.Lanes)
        {
            await admin.SetReceivingAsync(lane, isOpen, cancellationToken);
            changes.NoteChange(lane);
        }
    }

    private async Task<WaitingPage> PeekAsync(QueueEntry queue, int size, DeadLetterPosition from, CancellationToken cancellationToken)
    {
        var found = new List<WaitingMessage>();
        for (var lane = from.Lane; lane < queue.Lanes.Count; lane++)
        {
            var number = lane == from.Lane ? from.Number : 0;
            while (await admin.PeekAsync(
                queue.Lanes[lane], deadLetters: false, number, size - found.Count, cancellationToken) is { Count: > 0 } page)
            {
                found.AddRange(page.Select(message => WaitingMessage.Read(queue.Lanes[lane], message)));
                number = page[^1].SequenceNumber + 1;
                if (found.Count == size) return new WaitingPage(found, new DeadLetterPosition(lane, number).ToString());
            }
        }

        return new WaitingPage(found);
    }
}

/// <summary>All queues.</summary>
/// <param name="Queues">In the order of <c>infra/queues.json</c>.</param>
internal sealed record QueuePage(IReadOnlyList<QueueStatus> Queues);
