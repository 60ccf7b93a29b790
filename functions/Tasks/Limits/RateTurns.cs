using Azure;

namespace Serverless.Tasks.Limits;

/// <summary>
/// Gives tasks of a key their turns. Those that ask while the key's row is being written are answered together by the next write. Where
/// many instances race for a row, whoever cannot start anyway is called without it, so that nobody's place is held for long.
/// </summary>
internal sealed class RateTurns(RateRows rows, TimeProvider time, Random random)
{
    /// <summary>So many lost races are enough for those who cannot start anyway.</summary>
    public const int MaxRaces = 2;

    /// <summary>The longest pause after a lost race.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Asking>> _asking = new(StringComparer.Ordinal);

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
            isFirst = !_asking.TryGetValue(key, out var others);
            if (isFirst) _asking.Add(key, [asking]);
            else others!.Add(asking);
        }

        if (isFirst)
        {
            // It answers others too, and belongs to no trace of this one.
            using (ExecutionContext.SuppressFlow()) _ = Task.Run(() => AnswerAllAsync(key), CancellationToken.None);
        }

        return asking.Turn.Task.WaitAsync(cancellationToken);
    }

    private async Task AnswerAllAsync(string key)
    {
        (RateState State, ETag? Version)? known = null;
        while (TakeRound(key) is { } round)
        {
            try
            {
                known = await AnswerAsync(key, known, round);
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

    private async Task<(RateState State, ETag? Version)?> AnswerAsync(string key, (RateState, ETag?)? known, List<Asking> round)
    {
        for (var lost = 0; round.Count > 0;)
        {
            var (state, version) = known ?? await rows.ReadAsync(key, CancellationToken.None);
            var (now, turns) = (time.GetUtcNow().UtcTicks, new RateTurn[round.Count]);
            state = state.TakeAll(round.ConvertAll(asking => asking.Ask), now, turns);
            if (await rows.TryWriteAsync(key, state, version, CancellationToken.None) is { } written)
            {
                for (var i = 0; i < turns.Length; i++) round[i].Turn.TrySetResult(turns[i]);
                return (state, written);
            }

            // Another instance was faster.
            known = null;
            if (++lost >= MaxRaces) round = Spread(round, turns, now);
            if (round.Count > 0) await Task.Delay(MaxPause * random.NextDouble(), time);
        }

        return null;
    }

    /// <returns>Those who go on racing: they may be able to start.</returns>
    private List<Asking> Spread(List<Asking> round, RateTurn[] turns, long now)
    {
        var left = new List<Asking>();
        for (var i = 0; i < turns.Length; i++)
        {
            if (turns[i].MayStart) left.Add(round[i]);
            else round[i].Turn.TrySetResult(
                turns[i] with { At = RateState.Spread(round[i].Ask.Pace, turns[i].At, now, turns.Length, random.NextDouble()) });
        }

        return left;
    }

    private sealed record Asking(RateAsk Ask)
    {
        public TaskCompletionSource<RateTurn> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
