namespace Serverless.Tasks.Limits;

/// <summary>
/// A rate as the spacing of starts (the generic cell rate algorithm). A start may come late by <see cref="Tolerance"/>, for which the
/// spacing makes room: so many steps are longer than the rate's time and the tolerance, and no time of the rate holds more starts than
/// its count, and one less than the burst besides.
/// </summary>
internal sealed record RatePace
{
    // Callers come a little slower than they may start: whoever was late does not hold up all that come after.
    private const int CallSlower = 50;
    private const int ToleranceShare = 100;

    /// <param name="rate">The rate.</param>
    /// <param name="burst">So many may start together.</param>
    /// <param name="weight">The key's, which may have so many times as much.</param>
    public RatePace(Rate rate, int burst, int weight)
    {
        var count = (long)rate.Count * weight;
        Tolerance = Math.Min(rate.Per.Ticks / ToleranceShare, TimeSpan.TicksPerSecond);
        Step = ((rate.Per.Ticks + Tolerance + count) / count) + 1;
        CallStep = Step + Math.Max(Step / CallSlower, 1);
        Slack = (((long)burst * weight) - 1) * Step;
    }

    /// <summary>The time between two starts, in ticks.</summary>
    public long Step { get; }

    /// <summary>The time between two calls of tasks that wait, in ticks.</summary>
    public long CallStep { get; }

    /// <summary>So much earlier than evenly spaced may a start be, in ticks.</summary>
    public long Slack { get; }

    /// <summary>So late may a start be after the time that it was given, in ticks.</summary>
    public long Tolerance { get; }
}
