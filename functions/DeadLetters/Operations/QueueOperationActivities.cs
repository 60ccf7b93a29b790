using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.Operations;

/// <summary>The steps of <see cref="QueueOperationOrchestrator"/>. One that runs twice finds what is left: nothing is done twice.</summary>
internal sealed class QueueOperationActivities(
    IQueueAdmin admin, DeadLetterReader reader, DeadLetterProcessor processor, DeadLetterSettler settler, TaskStore store,
    QueueChanges changes)
{
    private const int MaxErrorLength = 300;
    private const int PeekSize = 250;

    // A page's numbers are part of the orchestration's history, which has them once for the plan and once for each try.
    private const int PageSize = 500;

    // What one step looks at where few are meant.
    private const int MaxPeeked = 20_000;

    // Purging counts in what an orchestration can carry as a number; a queue of that size is full by then.
    private const long MaxCounted = int.MaxValue;

    /// <summary>The first tasks of those that are meant.</summary>
    [Function(nameof(PickCanaries))]
    public async Task<List<Canary>> PickCanaries([ActivityTrigger] QueueOperation operation, CancellationToken cancellationToken)
    {
        var canaries = new List<Canary>();
        foreach (var lane in operation.Lanes)
        {
            var first = await reader.ReadFirstAsync(
                lane, message => settler.IsMeant(operation, message)
                    && Read(message) is not null, operation.Canaries - canaries.Count, cancellationToken);
            canaries.AddRange(
                first.Select(message => new Canary(DeadLetter.IdOf(message), lane, Read(message)!.Redrives + 1, message.SequenceNumber)));
            if (canaries.Count >= operation.Canaries) break;
        }

        return canaries;
    }

    /// <summary>The states of the canaries.</summary>
    [Function(nameof(CheckCanaries))]
    public async Task<List<Canary>> CheckCanaries([ActivityTrigger] List<Canary> canaries, CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(canaries.Select(canary => LookAsync(canary, cancellationToken)))];

    /// <summary>Finds the next dead letters that are meant, also those that somebody has locked.</summary>
    [Function(nameof(PlanDeadLetters))]
    public async Task<PlannedPage> PlanDeadLetters([ActivityTrigger] PlanPage page, CancellationToken cancellationToken)
    {
        var (numbers, from, looked) = (new List<long>(), page.From, 0);
        while (await admin.PeekAsync(
            page.Lane, deadLetters: true, from, Math.Min(PeekSize, PageSize - numbers.Count), cancellationToken) is { Count: > 0 } peeked)
        {
            numbers.AddRange(peeked.Where(message => settler.IsMeant(page.Operation, message)).Select(message => message.SequenceNumber));
            from = peeked[^1].SequenceNumber + 1;
            if (numbers.Count == PageSize || (looked += peeked.Count) >= MaxPeeked) return new PlannedPage(numbers, from);
        }

        return new PlannedPage(numbers, null);
    }

    /// <summary>Requeues or deletes dead letters.</summary>
    /// <returns>
    /// The numbers of those that are still there, since somebody has them locked: perhaps this step itself, before its host died.
    /// </returns>
    [Function(nameof(SettleDeadLetters))]
    public async Task<List<long>> SettleDeadLetters([ActivityTrigger] SettlePage page, CancellationToken cancellationToken)
    {
        var tally = await processor.RunAsync(
            page.Lane, page.Numbers.Count, (batch, token) => settler.DecideAsync(page, batch, token), cancellationToken);
        changes.NoteDeadLetters(page.Lane);
        changes.NoteChange(page.Lane);
        return tally.Requeued + tally.Deleted == page.Numbers.Count ? [] : await FindRemainingAsync(page, cancellationToken);
    }

    /// <summary>The number of messages to delete.</summary>
    [Function(nameof(CountMessages))]
    public async Task<int> CountMessages([ActivityTrigger] PurgePage page, CancellationToken cancellationToken)
    {
        var counts = await admin.CountAsync(page.Lane, cancellationToken);
        return (int)Math.Min(MaxCounted, counts.Active);
    }

    /// <summary>Deletes the next messages.</summary>
    [Function(nameof(PurgeMessages))]
    public async Task<int> PurgeMessages([ActivityTrigger] PurgePage page, CancellationToken cancellationToken)
    {
        var purged = await admin.PurgeAsync(page.Lane, deadLetters: false, page.Max, cancellationToken);
        changes.NoteChange(page.Lane);
        return purged;
    }

    private async Task<List<long>> FindRemainingAsync(SettlePage page, CancellationToken cancellationToken)
    {
        var (planned, found, last) = (page.Numbers.ToHashSet(), new List<long>(), page.Numbers.Max());
        for (var from = page.Numbers.Min(); from <= last;)
        {
            if (await admin.PeekAsync(page.Lane, deadLetters: true, from, PeekSize, cancellationToken) is not { Count: > 0 } peeked) break;
            found.AddRange(peeked.Select(message => message.SequenceNumber).Where(planned.Contains));
            from = peeked[^1].SequenceNumber + 1;
        }

        return found;
    }

    private async Task<Canary> LookAsync(Canary canary, CancellationToken cancellationToken)
    {
        if (canary.HasPassed || await store.FindAsync(canary.Id, cancellationToken) is not { } task || task.Redrives < canary.Redrives)
            return canary;
        return canary with
        {
            State = task.State,
            Error = task.Error?.Message is { } error
            ? error[..Math.Min(error.Length, MaxErrorLength)] : null
        };
    }

    private static TaskMessage? Read(ServiceBusReceivedMessage message) =>
        TaskEnvelope.TryRead(message.Body, out var task, out _) ? task : null;
}
