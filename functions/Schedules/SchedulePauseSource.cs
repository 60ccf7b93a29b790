using Serverless.Monitoring;

namespace Serverless.Schedules;

/// <summary>The paused schedules.</summary>
internal sealed class SchedulePauseSource(ScheduleStore store) : IPauseSource
{
    private bool _areNoted;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PausedWork>> ListPausedAsync(CancellationToken cancellationToken)
    {
        if (!_areNoted) await store.NotePausesAsync(cancellationToken);
        _areNoted = true;
        return await store.ListPausedAsync(cancellationToken)
            .Select(row => new PausedWork("schedule", row.RowKey, row.PausedSince, row.PausedBy)).ToListAsync(cancellationToken);
    }
}
