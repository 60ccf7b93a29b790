using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>The pauses of tasks and tenants as noted, and of queues as the broker says.</summary>
internal sealed class TaskPauseSource(TaskPauses pauses, IQueueAdmin admin, QueueCatalog queues, TimeProvider time) : IPauseSource
{
    // Whoever asks for the state of the app must get an answer also when the broker gives none.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PausedWork>> ListPausedAsync(CancellationToken cancellationToken)
    {
        var asked = TryListLanesAsync(cancellationToken);
        var noted = await pauses.ListAsync(cancellationToken);
        var lanes = await asked;
        var unknown = lanes is null ? [] : queues.Entries
            .Where(q => q.Lanes.Any(lanes.Contains) && !noted.Any(p => p.Kind == PauseKind.Queue && p.Name == q.Name))
            .Select(q => new PausedWork("queue", q.Name));
        return [.. noted.Where(p => IsPaused(p, lanes)).Select(Describe), .. unknown];
    }

    // One that somebody opened elsewhere is paused no more, whatever was noted; a breaker's holds runs back as long as it is noted.
    private bool IsPaused(TaskPause pause, IReadOnlySet<string>? lanes) =>
        pause.Kind != PauseKind.Queue || pause.Breaker is not null || lanes is null
        || (queues.TryFind(pause.Name, out var queue) && queue.Lanes.Any(lanes.Contains));

    private PausedWork Describe(TaskPause pause) => new(
        pause.Kind.ToString().ToLowerInvariant(), pause.Name, pause.Since, pause.By, pause.Breaker, pause.Until,
        pause.IsProbing || pause.Until <= time.GetUtcNow());

    private async Task<IReadOnlySet<string>?> TryListLanesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await Task.Run(() => admin.ListPausedAsync(cancellationToken), cancellationToken)
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
