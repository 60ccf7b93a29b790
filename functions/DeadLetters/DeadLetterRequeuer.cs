using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters;

/// <summary>
/// Makes the message that brings a dead letter back. A task keeps its id and all that its sender said of it, starts at its first attempt,
/// and has one redrive more; another message keeps its body.
/// </summary>
internal sealed class DeadLetterRequeuer(QueueCatalog queues, TaskArguments arguments, TaskStore store, TimeProvider time)
{
    /// <summary>The operation that last brought a message back, which is no task.</summary>
    private const string OperationProperty = "RedrivenBy";
    private const string CountProperty = "Redrives";
    private const int MaxMessageIdLength = 128;

    // Who looks at it may be suspended meanwhile, over a weekend too.
    private static readonly int WatchedTtlSeconds = (int)TimeSpan.FromDays(7).TotalSeconds;

    // What the broker and the runner noted of the failure is not true of the next run.
    private static readonly HashSet<string> Notes = ["DeadLetterReason", "DeadLetterErrorDescription", .. TaskDeadLetter.PropertyNames];

    /// <summary>True when this operation has brought the message back before, and it failed again.</summary>
    public static bool IsDoneBy(string operation, ServiceBusReceivedMessage deadLetter) =>
        TaskEnvelope.TryRead(deadLetter.Body, out var task, out _)
        ? task.RedrivenBy == operation
        : deadLetter.ApplicationProperties.GetValueOrDefault(OperationProperty) as string == operation;

    /// <summary>The copy to send; the task's state says by then that it waits again.</summary>
    /// <param name="lane">The lane that it was dead-lettered in, and goes back to.</param>
    /// <param name="deadLetter">The dead letter.</param>
    /// <param name="operation">The operation's id.</param>
    /// <param name="args">The task's new arguments; null keeps its own.</param>
    /// <param name="isWatched">True keeps state and result for a week at least, whatever the sender said.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<OutgoingMessage> CopyAsync(
        string lane, ServiceBusReceivedMessage deadLetter, string operation, JsonElement? args, bool isWatched,
        CancellationToken cancellationToken)
    {
        if (!TaskEnvelope.TryRead(deadLetter.Body, out var task, out _)) return Copy(deadLetter, operation);
        if (!queues.TryFindLane(lane, out var queue)) throw new InvalidOperationException($"infra/queues.json has no lane '{lane}'.");

        var next = task with
        {
            Attempt = 0,
            Redrives = task.Redrives + 1,
            Deferrals = 0,
            FirstFailed = null,
            TimeoutSeconds = null,
            Sanitized = false,
            Resent = false,
            DeadLetter = null,
            RedrivenBy = operation,
            Args = args ?? task.Args,
            ArgsBlob = args is null ? task.ArgsBlob : null,
            IgnoreResult = task.IgnoreResult && !isWatched,
            ResultTtlSeconds = isWatched ? Math.Max(task.ResultTtlSeconds, WatchedTtlSeconds) : task.ResultTtlSeconds,
        };
        next = await arguments.StoreLargeAsync(next, cancellationToken);
        if (!next.IgnoreResult)
            await store.MarkRedrivenAsync(new TaskRun(next, lane, isFirst: false, time.GetUtcNow()), queue.Name, cancellationToken);
        return TaskEnvelope.Write(next, queue);
    }

    // The first id would be a duplicate within the queue's window, and the message would be lost.
    private static OutgoingMessage Copy(ServiceBusReceivedMessage deadLetter, string operation)
    {
        var count = 1 + (deadLetter.ApplicationProperties.GetValueOrDefault(CountProperty) as int? ?? 0);
        var properties = deadLetter.ApplicationProperties.Where(property => !Notes.Contains(property.Key)).ToDictionary();
        properties[CountProperty] = count;
        properties[OperationProperty] = operation;
        return new OutgoingMessage(MessageId(deadLetter.MessageId, count), deadLetter.Body)
        {
            SessionId = deadLetter.SessionId,
            Subject = deadLetter.Subject,
            CorrelationId = deadLetter.CorrelationId,
            ContentType = deadLetter.ContentType ?? "application/json",
            Properties = properties,
        };
    }

    private static string MessageId(string first, int count)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{first}:redrive-{count}");
        return id.Length <= MaxMessageIdLength ? id : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
    }
}
