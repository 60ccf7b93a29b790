using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Serverless.Schedules.Running;

/// <summary>
/// Since when this instance has watched the schedules without a break. A due time that came while it did is in time, however late a look
/// is; one that came before belongs to an outage: the app was down, or could not read its table, or its timer did not run.
/// </summary>
internal sealed class ScheduleWatch(IOptions<ScheduleSettings> settings, TimeProvider time) : IHostedService
{
    // A look on the second of a due time is a little later than that.
    private static readonly TimeSpan LookLatency = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _since = time.GetUtcNow();
    private DateTimeOffset? _lastLook = time.GetUtcNow();

    /// <summary>The first moment of the time without a break.</summary>
    public DateTimeOffset Since
    {
        get
        {
            lock (_lock) return _since;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The schedules are being looked at: after longer than two looks lie apart, a new time begins.</summary>
    internal void NoteLook()
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (_lastLook is not { } last || now - last > settings.Value.Grace) _since = now - LookLatency;
            _lastLook = now;
        }
    }

    /// <summary>They could not be looked at.</summary>
    internal void NoteFailure()
    {
        lock (_lock) _lastLook = null;
    }
}
