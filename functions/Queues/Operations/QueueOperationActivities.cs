using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Serverless.Queues.DeadLetters;
using Serverless.Tasks;

namespace Serverless.Queues.Operations;

/// <summary>The canaries of an operation that are to be requeued.</summary>
public sealed record CanaryPage(QueueOperation Operation, IReadOnlyList<Canary> Canaries);

/// <summary>A page of dead letters to settle.</summary>
public sealed record SettlePage(QueueOperation Operation, string Lane, int Max);

/// <summary>A page of messages to delete.</summary>
public sealed record PurgePage(string Lane, bool DeadLetters, int Max);

/// <summary>The steps of <see cref="QueueOperationOrchestrator"/>. One that runs twice finds what is left: nothing is done twice.</summary>
public sealed class QueueOperationActivities(IQueueAdmin admin, DeadLetterReader reader, DeadLetterWalk walk, DeadLetterSettler settler, TaskStore store)
{
    private const int LongestError = 300;

    // Purging counts in what an orchestration can carry as a number; a queue of that size is full by then.
    private const long MostCounted = int.MaxValue;

    /// <summary>The first tasks of those that are meant.</summary>
    [Function(nameof(PickCanaries))]
    public async Task<List<Canary>> PickCanaries([ActivityTrigger] QueueOperation operation, CancellationToken cancellationToken)
    {
        var canaries = new List<Canary>();
        foreach (var lane in operation.Lanes)
        {
            var first = await reader.FirstAsync(lane, message => operation.Filter.Matches(message) && Read(message) is not null, operation.Canaries - canaries.Count, cancellationToken);
            canaries.AddRange(first.Select(message => new Canary(DeadLetter.IdOf(message), lane, Read(message)!.Redrives + 1)));
            if (canaries.Count >= operation.Canaries) break;
        }

        return canaries;
    }

    /// <summary>Requeues the canaries.</summary>
    [Function(nameof(RequeueCanaries))]
    public async Task RequeueCanaries([ActivityTrigger] CanaryPage page, CancellationToken cancellationToken)
    {
        foreach (var lane in page.Canaries.GroupBy(canary => canary.Lane))
        {
            var these = page.Operation with { Filter = new DeadLetterFilter(Ids: [.. lane.Select(canary => canary.Id)]) };
            await walk.RunAsync(lane.Key, lane.Count(), (batch, token) => settler.DecideAsync(these, lane.Key, batch, isWatched: true, token), cancellationToken);
        }
    }

    /// <summary>Where the canaries stand.</summary>
    [Function(nameof(LookAtCanaries))]
    public async Task<List<Canary>> LookAtCanaries([ActivityTrigger] List<Canary> canaries, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(canaries.Select(canary => LookAsync(canary, cancellationToken)))];

    /// <summary>Requeues or deletes the next dead letters.</summary>
    [Function(nameof(SettleDeadLetters))]
    public Task<DeadLetterTally> SettleDeadLetters([ActivityTrigger] SettlePage page, CancellationToken cancellationToken) =>
        walk.RunAsync(page.Lane, page.Max, (batch, token) => settler.DecideAsync(page.Operation, page.Lane, batch, isWatched: false, token), cancellationToken);

    /// <summary>How many messages there are to delete.</summary>
    [Function(nameof(CountMessages))]
    public async Task<int> CountMessages([ActivityTrigger] PurgePage page, CancellationToken cancellationToken)
    {
        var counts = await admin.CountAsync(page.Lane, cancellationToken);
        return (int)Math.Min(MostCounted, page.DeadLetters ? counts.DeadLettered : counts.Active);
    }

    /// <summary>Deletes the next messages.</summary>
    [Function(nameof(PurgeMessages))]
    public Task<int> PurgeMessages([ActivityTrigger] PurgePage page, CancellationToken cancellationToken) =>
        admin.PurgeAsync(page.Lane, page.DeadLetters, page.Max, cancellationToken);

    private async Task<Canary> LookAsync(Canary canary, CancellationToken cancellationToken)
    {
        if (canary.HasPassed || await store.FindAsync(canary.Id, cancellationToken) is not { } task || task.Redrives < canary.Redrives) return canary;
        return canary with { State = task.State, Error = task.Error?.Message is { } error ? error[..Math.Min(error.Length, LongestError)] : null };
    }

    private static TaskMessage? Read(ServiceBusReceivedMessage message) => TaskEnvelope.TryRead(message.Body, out var task, out _) ? task : null;
}
