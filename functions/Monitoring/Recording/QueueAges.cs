using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using Serverless.Messaging;

namespace Serverless.Monitoring.Recording;

/// <summary>
/// The age of the oldest message of each lane, as <c>serverless.queue.age</c> in seconds: a lane that nobody takes from shows
/// here, where the tasks' own measures are silent.
/// </summary>
internal sealed class QueueAges : IDisposable
{
    private const int PageSize = 100;

    // Scheduled messages come first when they were sent first; behind so many, the lane is taken for empty.
    private const int MaxPages = 10;

    // The timer may move to another instance; this one must not go on saying what it knew.
    private static readonly TimeSpan Lasting = TimeSpan.FromMinutes(5);

    // Whoever asks in the minute of the timer's look is not worth another.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(50);

    private readonly IQueueAdmin _admin;
    private readonly QueueCatalog _catalog;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Meter _meter;
    private readonly ConcurrentDictionary<string, (double Seconds, DateTimeOffset At)> _ages = new(StringComparer.Ordinal);
    private DateTimeOffset _measured;

    /// <summary>Makes the measure; it has no values before <see cref="MeasureAsync"/>.</summary>
    public QueueAges(IQueueAdmin admin, QueueCatalog catalog, TimeProvider time, ILogger<QueueAges> logger)
    {
        (_admin, _catalog, _time, _logger) = (admin, catalog, time, logger);
        _meter = new Meter(new MeterOptions(Telemetry.Name) { Scope = this });
        _meter.CreateObservableGauge("serverless.queue.age", Observe, "s", "How long a queue's oldest message has been there.");
    }

    /// <summary>Looks into every lane; those that cannot be looked into have no value until the next time, and a warning says so.</summary>
    public async Task MeasureAsync(CancellationToken cancellationToken)
    {
        _measured = _time.GetUtcNow();
        var lanes = await Task.WhenAll(_catalog.Lanes.Select(l => TryMeasureAsync(l, cancellationToken)));
        cancellationToken.ThrowIfCancellationRequested();
        if (lanes.OfType<Exception>().ToList() is { Count: > 0 } faults) Logs.AgesUnknown(_logger, faults.Count, lanes.Length, faults[0]);
    }

    /// <summary>The age of the oldest message of each lane, as measured in the last minute; a lane that could not be is left out.</summary>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> ReadLatestAsync(CancellationToken cancellationToken)
    {
        if (_time.GetUtcNow() - _measured > Fresh) await MeasureAsync(cancellationToken);
        var since = _time.GetUtcNow() - Fresh;
        return _ages.Where(a => a.Value.At >= since)
            .ToDictionary(a => a.Key, a => TimeSpan.FromSeconds(a.Value.Seconds), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private async Task<Exception?> TryMeasureAsync(string lane, CancellationToken cancellationToken)
    {
        try
        {
            await MeasureAsync(lane, cancellationToken);
            return null;
        }
#pragma warning disable CA1031 // When the broker goes away, the client throws whatever broke inside of it, null references too.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return fault;
        }
    }

    private async Task MeasureAsync(string lane, CancellationToken cancellationToken)
    {
        _ages.TryRemove(lane, out _);
        var oldest = await FindOldestAsync(lane, cancellationToken);
        var now = _time.GetUtcNow();
        _ages[lane] = (Math.Max(0, (now - (oldest ?? now)).TotalSeconds), now);
    }

    /// <summary>When the oldest message of a lane was sent that waits for a consumer or is being run; null where there is none.</summary>
    public async Task<DateTimeOffset?> FindOldestAsync(string lane, CancellationToken cancellationToken)
    {
        long from = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            // The first one nearly always is it.
            var size = page == 0 ? 1 : PageSize;
            var messages = await _admin.PeekAsync(lane, deadLetters: false, from, size, cancellationToken);
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
