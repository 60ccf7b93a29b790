namespace Serverless.Tasks.Limits;

/// <summary>
/// The row of a rate's key. Whoever finds no room is called for a later time, in the order of coming; whoever is called, or finds room,
/// asks for a start. That calls come late and together changes nothing of how starts are spaced.
/// </summary>
/// <param name="Called">Calls are given up to here, in ticks.</param>
/// <param name="Started">Starts are given up to here, in ticks.</param>
/// <param name="Step">The spacing that both were reckoned with, in ticks.</param>
internal readonly record struct RateState(long Called, long Started, long Step)
{
    /// <summary>The longest that a run waits for its start, with its message in hand: what may start later is called.</summary>
    public const long MaxWait = TimeSpan.TicksPerSecond;

    private const int MinSpread = 4;

    // Beyond, it comes and asks again: no queue should be anybody's calendar.
    private const long MaxCall = 30 * TimeSpan.TicksPerDay;

    /// <summary>Gives a time.</summary>
    /// <param name="pace">The rate.</param>
    /// <param name="now">In ticks.</param>
    /// <param name="isCalled">It comes at a time that it was called for.</param>
    /// <param name="lead">No start is given sooner than so many ticks from now.</param>
    public (RateState Next, RateTurn Turn) Take(RatePace pace, long now, bool isCalled, long lead)
    {
        var next = Step == pace.Step ? this : Rebase(pace, now);
        if (!isCalled)
        {
            var call = Math.Max(now, next.Called - pace.Slack);
            if (call > now + MaxCall) return (this, new RateTurn(MayStart: false, now + MaxCall));
            next = next with { Called = Math.Max(call, next.Called) + pace.CallStep };
            if (call > now + MaxWait) return (next, new RateTurn(MayStart: false, call));
        }

        var start = Math.Max(now + lead, next.Started - pace.Slack);
        if (start <= now + MaxWait) return (next with { Started = Math.Max(start, next.Started) + pace.Step }, new RateTurn(true, start));
        if (!isCalled) return (next, new RateTurn(MayStart: false, start));

        // Many were late and come at once: the rest gets new times behind those that wait.
        var again = Math.Max(start, next.Called - pace.Slack);
        return (next with { Called = Math.Max(again, next.Called) + pace.CallStep }, new RateTurn(MayStart: false, again));
    }

    /// <summary>Gives times to many at once.</summary>
    public RateState TakeAll(IReadOnlyList<RateAsk> asks, long now, Span<RateTurn> turns)
    {
        var next = this;
        for (var i = 0; i < asks.Count; i++) (next, turns[i]) = next.Take(asks[i].Pace, now, asks[i].IsCalled, asks[i].Lead);
        return next;
    }

    /// <summary>
    /// A call for one who lost the race for the row: somewhere within as long a line again as there is. Several may come then; starts are
    /// given one by one still, and who finds none is called anew.
    /// </summary>
    /// <param name="pace">The rate.</param>
    /// <param name="call">The call that could not be stored.</param>
    /// <param name="now">In ticks.</param>
    /// <param name="others">So many lost it together.</param>
    /// <param name="share">At random, from 0 to 1.</param>
    public static long Spread(RatePace pace, long call, long now, int others, double share) =>
        call + (long)(share * Math.Max(call - now, MinSpread * others * pace.CallStep));

    // Under another rate, times far ahead mean nothing: from now on it is as if all of the burst had just been used.
    private RateState Rebase(RatePace pace, long now)
    {
        var full = now + pace.Step + pace.Slack;
        return new RateState(Math.Min(Called, full), Math.Min(Started, full), pace.Step);
    }
}

/// <summary>A task that asks for a time.</summary>
/// <param name="Pace">The rate.</param>
/// <param name="IsCalled">It comes at a time that it was called for.</param>
/// <param name="Lead">No start is given sooner than so many ticks from now.</param>
internal readonly record struct RateAsk(RatePace Pace, bool IsCalled, long Lead);

/// <summary>The time that a task was given.</summary>
/// <param name="MayStart">It may start then; else it is to come then and ask for a start.</param>
/// <param name="At">In ticks.</param>
internal readonly record struct RateTurn(bool MayStart, long At);
