namespace Serverless.Tasks.Limits;

/// <summary>Lets tasks of a rate start when they may.</summary>
internal sealed class RateGate(RateTurns turns, TimeProvider time)
{
    /// <summary>Waits for the start, where that is near.</summary>
    /// <param name="key">The key's hash.</param>
    /// <param name="pace">The rate.</param>
    /// <param name="called">The time that it was called for; null when it comes for the first time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when it may start now; else when it is to come again.</returns>
    public async Task<DateTimeOffset?> EnterAsync(
        string key, RatePace pace, DateTimeOffset? called, CancellationToken cancellationToken)
    {
        var lead = 0L;
        while (true)
        {
            var asked = time.GetUtcNow().UtcTicks;
            var isCalled = called?.UtcTicks <= asked + RateState.MaxWait;
            var turn = await turns.TakeAsync(key, new RateAsk(pace, isCalled, lead), cancellationToken);
            if (!turn.MayStart) return new DateTimeOffset(turn.At, TimeSpan.Zero);
            var answered = time.GetUtcNow().UtcTicks;
            if (turn.At > answered) await Task.Delay(TimeSpan.FromTicks(turn.At - answered), time, cancellationToken);
            if (time.GetUtcNow().UtcTicks <= turn.At + pace.Tolerance) return null;

            // The table took longer than a start may be late: the next one is far enough ahead.
            lead = Math.Min(Math.Max(lead, answered - asked) * 2, RateState.MaxWait);
            called = new DateTimeOffset(asked, TimeSpan.Zero);
        }
    }
}
