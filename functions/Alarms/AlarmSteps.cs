using System.Globalization;

namespace Serverless.Alarms;

/// <summary>The decisions that move an alarm's state on. Nothing here reads a clock or a table.</summary>
internal static class AlarmSteps
{
    /// <summary>
    /// The most causes that are followed one by one; the others are counted in a message, and followed once there is room.
    /// </summary>
    public const int MaxCauses = 50;

    /// <summary>The most causes that a message names.</summary>
    public const int MaxNamed = 20;

    /// <summary>Decides what is told of what was found.</summary>
    /// <param name="state">The state before; it has nothing pending.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="quiet">The time in which nobody is told twice of the same cause.</param>
    /// <param name="now">The time.</param>
    /// <returns>The state after, with the messages that are to be told; null when nothing has changed.</returns>
    public static AlarmState? Judge(AlarmState state, AlarmFindings findings, TimeSpan quiet, DateTimeOffset now)
    {
        var (causes, bad, good) = (new List<AlarmCause>(), new List<NamedCause>(), new List<NamedCause>());
        foreach (var cause in state.Causes)
        {
            var isQuiet = cause.Told + quiet > now;
            if (findings.Bad.TryGetValue(cause.Name, out var detail))
            {
                if (!isQuiet) bad.Add(new NamedCause(cause.Name, detail));
                var since = cause.Since ?? now;
                causes.Add(isQuiet ? cause with { Since = since } : new AlarmCause(cause.Name, now, IsRaised: true, since));
            }
            else if (findings.Unknown.Contains(cause.Name))
            {
                causes.Add(cause);
            }
            else
            {
                if (cause.IsRaised) good.Add(new NamedCause(cause.Name, $"It was not since {FormatTime(cause.Since ?? now)}."));
                if (isQuiet) causes.Add(cause with { Since = null, IsRaised = false });
            }
        }

        var known = causes.Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        var unseen = findings.Bad.Where(b => !known.Contains(b.Key)).OrderBy(b => b.Key, StringComparer.Ordinal).ToList();
        var room = Math.Max(0, MaxCauses - causes.Count);
        foreach (var (name, detail) in unseen.Take(room))
        {
            bad.Add(new NamedCause(name, detail));
            causes.Add(new AlarmCause(name, now, IsRaised: true, now));
        }

        if (bad.Count == 0 && good.Count == 0)
            return causes.SequenceEqual(state.Causes) ? null : state with { Causes = causes };

        var messages = new List<AlarmMessage>();
        if (bad.Count > 0) Add(isGood: false, bad, Math.Max(0, unseen.Count - room));
        if (good.Count > 0) Add(isGood: true, good, 0);
        return new AlarmState { Causes = causes, Pending = messages, Told = state.Told + messages.Count, LastTold = now };

        void Add(bool isGood, List<NamedCause> named, int uncounted) => messages.Add(new AlarmMessage(
            state.Told + messages.Count + 1, isGood, now, [.. named.Take(MaxNamed)], Math.Max(0, named.Count - MaxNamed) + uncounted));
    }

    /// <summary>Notes that messages were told.</summary>
    public static AlarmState NoteTold(AlarmState state, IReadOnlyList<AlarmMessage> told) =>
        state with { Pending = [.. state.Pending.Where(p => told.All(t => t.Number != p.Number))] };

    /// <summary>A time as messages have it.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
