using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Orchestrations;

namespace Serverless.DeadLetters.Operations;

/// <summary>Starts operations; none of them is sure to end within the time that an HTTP answer may take.</summary>
internal sealed class QueueOperationStarter(IQueueAdmin admin, TimeProvider time, ILogger<QueueOperationStarter> logger)
{
    /// <summary>Starts the orchestration.</summary>
    /// <returns>202 with the operation's address; 409 while the queue is paused.</returns>
    public async Task<IResult> StartAsync(
        HttpRequest request,
        DurableTaskClient durable,
        QueueEntry queue,
        QueueOperationKind kind,
        DeadLetterFilter filter,
        JsonElement? args = null,
        int canaries = 0,
        CancellationToken cancellationToken = default)
    {
        var paused = await admin.ListPausedAsync(cancellationToken);
        if (queue.Lanes.Any(paused.Contains))
        {
            return Problems.Conflict(
                "The queue is paused",
                $"The queue '{queue.Name}' is paused and hands nothing out, not even dead letters: resume it first.");
        }

        var id = $"queue-{Guid.CreateVersion7(time.GetUtcNow()):N}";

        // What is urgent comes first.
        var operation = new QueueOperation(id, kind, [.. queue.Lanes.Reverse()], filter, args, canaries);
        await durable.StartOnceAsync(
            nameof(QueueOperationOrchestrator), id, QueueOperationOrchestrator.Begin(operation), mayRestart: null, cancellationToken);
        Logs.OperationStarted(logger, id, kind, queue.Name);

        request.HttpContext.Response.Headers.RetryAfter = "1";
        var status = Addresses.Of(request, "queues", $"queues/operations/{id}");
        return Results.Accepted(status, new Started(id, status));
    }
}
