using Azure;

namespace Serverless.Tasks.Limits;

/// <summary>
/// Gives tasks of a key their turns. Those that ask while the key's row is being written are served together by the next write; and where
/// instances race for a row, each takes calls for those too who will ask it next. So a row is written the less often the more want it.
/// </summary>
internal sealed class RateTurns(RateRows rows, TimeProvider time, Random random)
{
    /// <summary>The most calls that are taken ahead at once.</summary>
    public const int MaxSpare = 64;

    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Asking>> _asking = new(StringComparer.Ordinal);
    private readonly SpareCalls _spare = new();

    /// <summary>Gives a turn.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="ask">The task that asks.</param>
    /// <param name="cancellationToken">Ends the wait; the turn may be given to nobody then.</param>
    public Task<RateTurn> TakeAsync(string key, RateAsk ask, CancellationToken cancellationToken)
    {
        var asking = new Asking(ask);
        bool isFirst;
        lock (_lock)
        {
            if (!ask.IsCalled && _spare.Take(key, ask.Pace, time.GetUtcNow().UtcTicks) is { } call)
                return Task.FromResult(new RateTurn(MayStart: false, call));
            isFirst = !_asking.TryGetValue(key, out var others);
            if (isFirst) _asking.Add(key, [asking]);
            else others!.Add(asking);
        }

        if (isFirst)
        {
            // It serves others too, and belongs to no trace of this one.
            using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => ServeAllAsync(key), CancellationToken.None);
        }

        return asking.Turn.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The pause after so many lost races, and how many calls more are worth taking then.</summary>
    public static (TimeSpan MaxPause, int Spare) AfterRaces(int lost)
    {
        var doublings = Math.Min(lost, 10);
        var pause = Math.Min(MinPause.Ticks << doublings, MaxPause.Ticks);
        return (TimeSpan.FromTicks(pause), lost == 0 ? 0 : Math.Min(2 << doublings, MaxSpare));
    }

    private async Task ServeAllAsync(string key)
    {
        (RateState State, ETag? Version)? known = null;
        while (TakeRound(key) is { } round)
        {
            try
            {
                known = await ServeAsync(key, known, round);
            }
#pragma warning disable CA1031 // Whoever asks is told.
            catch (Exception e)
#pragma warning restore CA1031
            {
                known = null;
                foreach (var asking in round) asking.Turn.TrySetException(e);
            }
        }
    }

    private List<Asking>? TakeRound(string key)
    {
        lock (_lock)
        {
            var asking = _asking[key];
            if (asking.Count == 0) _asking.Remove(key);
            else _asking[key] = [];
            return asking.Count == 0 ? null : asking;
        }
    }

    private async Task<(RateState State, ETag? Version)> ServeAsync(string key, (RateState, ETag?)? known, List<Asking> round)
    {
        var asks = round.ConvertAll(asking => asking.Ask);
        var turns = new RateTurn[round.Count];
        for (var lost = 0; ; lost++)
        {
            var (state, version) = known ?? await rows.ReadAsync(key, CancellationToken.None);
            var (pause, spare) = AfterRaces(lost);
            var calls = new List<long>();
            state = state.TakeAll(asks, time.GetUtcNow().UtcTicks, turns, spare, calls);
            if (await rows.TryWriteAsync(key, state, version, CancellationToken.None) is { } written)
            {
                lock (_lock) _spare.Add(key, asks[^1].Pace, calls, time.GetUtcNow().UtcTicks);
                for (var i = 0; i < turns.Length; i++) round[i].Turn.TrySetResult(turns[i]);
                return (state, written);
            }

            // Another instance was faster.
            known = null;
            await Task.Delay(pause * random.NextDouble(), time);
        }
    }

    private sealed record Asking(RateAsk Ask)
    {
        public TaskCompletionSource<RateTurn> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
