namespace Serverless.Alarms;

/// <summary>The findings of an alarm, and its messages.</summary>
internal sealed record AlarmState
{
    /// <summary>Causes that are wrong, or were told of within the quiet time.</summary>
    public IReadOnlyList<AlarmCause> Causes { get; init; } = [];

    /// <summary>Messages that somebody has begun to tell: whoever finds them tells them again, which receivers hear once.</summary>
    public IReadOnlyList<AlarmMessage> Pending { get; init; } = [];

    /// <summary>Messages so far.</summary>
    public int Told { get; init; }

    /// <summary>When the last one was told.</summary>
    public DateTimeOffset? LastTold { get; init; }
}

/// <summary>Something that is wrong, or was a short while ago.</summary>
/// <param name="Name">The schedule, queue or task.</param>
/// <param name="Told">When it was last told.</param>
/// <param name="IsRaised">It was told that it is wrong, and not yet that it is good again.</param>
/// <param name="Since">Since when it is wrong; null when it is good again.</param>
internal sealed record AlarmCause(string Name, DateTimeOffset Told, bool IsRaised, DateTimeOffset? Since = null);

/// <summary>A message to all receivers.</summary>
/// <param name="Number">Of the alarm's messages, from 1: with the alarm's id, the message's own.</param>
/// <param name="IsGood">True when it says that something is good again.</param>
/// <param name="At">When it was found out.</param>
/// <param name="Causes">At most <see cref="AlarmSteps.MaxNamed"/> of what it speaks of.</param>
/// <param name="More">So many besides.</param>
internal sealed record AlarmMessage(int Number, bool IsGood, DateTimeOffset At, IReadOnlyList<NamedCause> Causes, int More);

/// <summary>A cause in a message.</summary>
/// <param name="Name">The schedule, queue or task.</param>
/// <param name="Detail">What is wrong with it, or since when it was not good, as a sentence.</param>
internal sealed record NamedCause(string Name, string Detail);
