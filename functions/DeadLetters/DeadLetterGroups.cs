using Azure.Messaging.ServiceBus;

namespace Serverless.DeadLetters;

/// <summary>Dead letters put together by their fingerprints, as they are read.</summary>
internal sealed class DeadLetterGroups(DateTimeOffset now)
{
    private const int Hours = 24;

    private readonly Dictionary<DeadLetterFingerprint, Tally> _tallies = [];
    private readonly DateTimeOffset _oldest = StartHour(now).AddHours(1 - Hours);

    /// <summary>The number of dead letters that were looked at.</summary>
    public int LookedAt { get; private set; }

    /// <summary>Notes that one was looked at, and adds it when it is meant.</summary>
    public void Add(ServiceBusReceivedMessage message, bool isMeant)
    {
        LookedAt++;
        if (!isMeant) return;
        var fingerprint = DeadLetterFingerprint.Of(message);
        if (!_tallies.TryGetValue(fingerprint, out var tally)) _tallies[fingerprint] = tally = new Tally();
        tally.Add(DeadLetter.TimeOf(message), DeadLetter.IdOf(message), _oldest);
    }

    /// <summary>The groups, the largest first.</summary>
    public IReadOnlyList<DeadLetterGroup> List() =>
        [.. _tallies.Select(t => t.Value.ToGroup(t.Key)).OrderByDescending(g => g.Count).ThenBy(g => g.Key, StringComparer.Ordinal)];

    private static DateTimeOffset StartHour(DateTimeOffset time) =>
        new(time.UtcDateTime.Date.AddHours(time.UtcDateTime.Hour), TimeSpan.Zero);

    private sealed class Tally
    {
        private readonly SortedDictionary<DateTimeOffset, int> _hours = [];
        private DateTimeOffset _first = DateTimeOffset.MaxValue, _last = DateTimeOffset.MinValue;
        private string _lastId = "";
        private int _count;

        public void Add(DateTimeOffset time, string id, DateTimeOffset oldest)
        {
            _count++;
            if (time < _first) _first = time;
            if (time >= _last) (_last, _lastId) = (time, id);
            if (StartHour(time) is var hour && hour >= oldest) _hours[hour] = _hours.GetValueOrDefault(hour) + 1;
        }

        public DeadLetterGroup ToGroup(DeadLetterFingerprint of) => new(
            of.CreateKey(), of.Message, _count, _first, _last, _lastId, [.. _hours.Select(h => new HourCount(h.Key, h.Value))],
            of.Task, of.Reason, of.Type);
    }
}

/// <summary>Dead letters that most likely have one cause.</summary>
/// <param name="Key">Its name, for <c>group</c> of lists, requeues and purges.</param>
/// <param name="Message">The error's message with numbers and ids blanked.</param>
/// <param name="Count">The number of them.</param>
/// <param name="First">When the first of them was dead-lettered.</param>
/// <param name="Last">When the last of them was.</param>
/// <param name="LastId">The last of them.</param>
/// <param name="Hours">How many came in each of the last 24 hours in which any did.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Reason">The error's class, or the broker's own reason.</param>
/// <param name="Type">The exception's type.</param>
internal sealed record DeadLetterGroup(
    string Key, string Message, int Count, DateTimeOffset First, DateTimeOffset Last, string LastId, IReadOnlyList<HourCount> Hours,
    string? Task = null, string? Reason = null, string? Type = null)
{
    /// <summary>The same group with those of another page.</summary>
    public DeadLetterGroup Add(DeadLetterGroup other) => this with
    {
        Count = Count + other.Count,
        First = other.First < First ? other.First : First,
        Last = other.Last > Last ? other.Last : Last,
        LastId = other.Last > Last ? other.LastId : LastId,
        Hours = [.. Hours.Concat(other.Hours).GroupBy(hour => hour.At).OrderBy(hour => hour.Key)
            .Select(hour => new HourCount(hour.Key, hour.Sum(h => h.Count)))],
    };
}

/// <summary>The dead letters of an hour.</summary>
/// <param name="At">The hour's start.</param>
/// <param name="Count">The number.</param>
internal sealed record HourCount(DateTimeOffset At, int Count);

/// <summary>Groups of the dead letters that a request looked at.</summary>
/// <param name="Groups">The largest first. The same group of the next page adds to it.</param>
/// <param name="LookedAt">The number of dead letters that were looked at.</param>
/// <param name="Next">The value for <c>after</c> that looks on; null when all were looked at.</param>
internal sealed record DeadLetterGroupPage(IReadOnlyList<DeadLetterGroup> Groups, int LookedAt, string? Next = null);
