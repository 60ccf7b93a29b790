using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class LaneConcurrencyLimiterTests : IDisposable
{
    private const string Lane = "memory_workers";

    private readonly QueueCatalog _catalog = QueueCatalog.Load();
    private readonly LaneConcurrencyLimiter _gates;

    public LaneConcurrencyLimiterTests() => _gates = new LaneConcurrencyLimiter(_catalog);

    public void Dispose() => _gates.Dispose();

    [Fact]
    public async Task EnterAsync_LaneIsFull_WaitsForAPlace()
    {
        Assert.True(_catalog.TryFindLane(Lane, out var entry));
        var places = new List<IDisposable>();
        for (var i = 0; i < entry.Concurrency; i++) places.Add(await _gates.EnterAsync(Lane, CancellationToken.None));
        var next = _gates.EnterAsync(Lane, CancellationToken.None).AsTask();
        Assert.False(next.IsCompleted);

        // Twice is once: a place given back by mistake would let one more in.
        places[0].Dispose();
        places[0].Dispose();

        using var place = await next;
        var another = _gates.EnterAsync(Lane, CancellationToken.None).AsTask();
        Assert.False(another.IsCompleted);
        places[1].Dispose();
        (await another).Dispose();
    }

    [Fact]
    public async Task EnterAsync_OtherLane_IsNotHeldUp()
    {
        Assert.True(_catalog.TryFindLane(Lane, out var entry));
        for (var i = 0; i < entry.Concurrency; i++) await _gates.EnterAsync(Lane, CancellationToken.None);

        using var place = await _gates.EnterAsync("default", CancellationToken.None);
    }

    [Fact]
    public async Task EnterAsync_UnknownLane_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(async () => await _gates.EnterAsync("nowhere", CancellationToken.None));
}
