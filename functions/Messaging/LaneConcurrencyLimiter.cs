using System.Collections.Concurrent;

namespace Serverless.Messaging;

/// <summary>
/// Holds each lane to its queue's concurrency within one instance. The Functions host knows one number for the whole app, which is
/// right for mail and ruins an instance whose tasks each need half its memory.
/// </summary>
internal sealed class LaneConcurrencyLimiter(QueueCatalog catalog) : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Waits for a place of the lane. The message stays locked meanwhile: the trigger renews it.</summary>
    /// <param name="lane">A lane of <c>infra/queues.json</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The place, free again once it is disposed.</returns>
    /// <exception cref="ArgumentException">There is no such lane.</exception>
    public async ValueTask<IDisposable> EnterAsync(string lane, CancellationToken cancellationToken)
    {
        var gate = _gates.GetOrAdd(lane, Create);
        await gate.WaitAsync(cancellationToken);
        return new Place(gate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var gate in _gates.Values) gate.Dispose();
    }

    private SemaphoreSlim Create(string lane) => catalog.TryFindLane(lane, out var entry)
        ? new SemaphoreSlim(entry.Concurrency)
        : throw new ArgumentException($"There is no lane {lane}.", nameof(lane));

    private sealed class Place(SemaphoreSlim gate) : IDisposable
    {
        private SemaphoreSlim? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Release();
    }
}
