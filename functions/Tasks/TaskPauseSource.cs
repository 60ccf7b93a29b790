using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>The pauses of tasks and tenants as noted, and of queues as the broker says.</summary>
internal sealed class TaskPauseSource(TaskPauses pauses, LaneHolds holds, QueueCatalog queues, TimeProvider time) : IPauseSource
{
    // Whoever asks for the state of the app must get an answer also when the broker gives none.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PausedWork>> ListPausedAsync(CancellationToken cancellationToken)
    {
        var asked = TryListLanesAsync(cancellationToken);
        var noted = await pauses.ListAsync(cancellationToken);
        var lanes = await asked;
        List<PausedWork> known = [.. noted.Where(p => IsPaused(p, lanes)).Select(Describe)];
        var unknown = lanes is null ? [] : queues.Entries
            .Where(q => q.Lanes.Any(lanes.ContainsKey) && !known.Exists(p => p.Kind == "queue" && p.Name == q.Name))
            .Select(q => new PausedWork("queue", q.Name));
        return [.. known, .. unknown];
    }

    // One that somebody opened elsewhere is paused no more, whatever was noted. A breaker's holds runs back as long as it is noted, but
    // what somebody stopped meanwhile is theirs.
    private bool IsPaused(TaskPause pause, IReadOnlyDictionary<string, bool>? lanes)
    {
        if (pause.Kind != PauseKind.Queue || lanes is null) return true;
        if (!queues.TryFind(pause.Name, out var queue)) return false;
        var stopped = queue.Lanes.Where(lanes.ContainsKey).ToList();
        return pause.Breaker is null ? stopped.Count > 0 : stopped.Count == 0 || stopped.Exists(lane => lanes[lane]);
    }

    private PausedWork Describe(TaskPause pause) => new(
        pause.Kind.ToString().ToLowerInvariant(), pause.Name, pause.Since, pause.By, pause.Breaker, pause.Until,
        pause.IsProbing || pause.Until <= time.GetUtcNow());

    private async Task<IReadOnlyDictionary<string, bool>?> TryListLanesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => holds.ListStoppedAsync(cancellationToken), cancellationToken)
                .WaitAsync(MaxWait, time, cancellationToken);
        }
#pragma warning disable CA1031 // When the broker goes away, the client throws whatever broke inside of it; the health checks tell of it.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
