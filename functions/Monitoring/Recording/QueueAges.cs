using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.Monitoring.Recording;

/// <summary>
/// How long the oldest message of each lane has been there, as <c>serverless.queue.age</c> in seconds: a lane that nobody takes from shows
/// here, where the tasks' own measures are silent.
/// </summary>
internal sealed class QueueAges : IDisposable
{
    private const int PageSize = 100;

    // Scheduled messages come first when they were sent first; behind so many, the lane is taken for empty.
    private const int MaxPages = 10;

    // The timer may move to another instance; this one must not go on saying what it knew.
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(5);

    private readonly IQueueAdmin _admin;
    private readonly QueueCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly Meter _meter;
    private readonly ConcurrentDictionary<string, (double Seconds, DateTimeOffset At)> _ages = new(StringComparer.Ordinal);

    /// <summary>Makes the measure; it has no values before <see cref="MeasureAsync"/>.</summary>
    public QueueAges(IQueueAdmin admin, QueueCatalog catalog, TimeProvider time)
    {
        (_admin, _catalog, _time) = (admin, catalog, time);
        _meter = new Meter(new MeterOptions(Telemetry.Name) { Scope = this });
        _meter.CreateObservableGauge("serverless.queue.age", Observe, "s", "How long a queue's oldest message has been there.");
    }

    /// <summary>Looks into every lane.</summary>
    /// <exception cref="AggregateException">Lanes could not be looked into; the others were.</exception>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        var lanes = Task.WhenAll(_catalog.Lanes.Select(l => MeasureAsync(l, cancellationToken)));
        await lanes.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        // Awaiting would throw the first of several.
        if (lanes.Exception is { } faults) throw faults;
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private async Task MeasureAsync(string lane, CancellationToken cancellationToken)
    {
        _ages.TryRemove(lane, out _);
        var oldest = await FindOldestAsync(lane, cancellationToken);
        var now = _time.GetUtcNow();
        _ages[lane] = (Math.Max(0, (now - (oldest ?? now)).TotalSeconds), now);
    }

    private async Task<DateTimeOffset?> FindOldestAsync(string lane, CancellationToken cancellationToken)
    {
        long from = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var messages = await _admin.PeekAsync(lane, deadLetters: false, from, PageSize, cancellationToken);
            if (messages.Count == 0) return null;
            if (messages.Where(m => m.State == ServiceBusMessageState.Active).Select(m => (DateTimeOffset?)m.EnqueuedTime)
                .Min() is { } oldest) return oldest;
            from = messages[^1].SequenceNumber + 1;
        }

        return null;
    }

    private IEnumerable<Measurement<double>> Observe()
    {
        var since = _time.GetUtcNow() - Lasting;
        return _ages.Where(a => a.Value.At >= since)
            .Select(a => new Measurement<double>(a.Value.Seconds, new KeyValuePair<string, object?>("messaging.destination.name", a.Key)));
    }
}
