using System.Globalization;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Monitoring.Recording;
using Serverless.Tasks;

namespace Serverless.Alarms.Sources;

/// <summary>The age of the oldest message of a queue, over its lanes.</summary>
internal sealed class QueueAgeSource(QueueAges ages, QueueCatalog queues) : IAlarmSource
{
    /// <inheritdoc/>
    public AlarmKind Kind => AlarmKind.QueueAge;

    /// <inheritdoc/>
    public Task CheckAsync(AlarmDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (definition.Queue is { } queue && AlarmQueues.FindFault(queues, queue) is { } fault) faults.Add("queue", fault);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlarmFindings>> FindAsync(
        IReadOnlyList<AlarmDefinition> alarms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var byLane = await ages.ReadLatestAsync(cancellationToken);
        return [.. alarms.Select(alarm => Find(alarm, byLane))];
    }

    private AlarmFindings Find(AlarmDefinition alarm, IReadOnlyDictionary<string, TimeSpan> byLane)
    {
        var (bad, unknown, limit) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<string>(), alarm.After!.Value);
        if (alarm.Queue is { } name && !queues.TryFind(name, out _)) bad[name] = AlarmFindings.WordGone("queue");
        foreach (var queue in queues.Entries.Where(q => alarm.Queue is null || AlarmQueues.IsNamed(q, alarm.Queue)))
        {
            var known = queue.Lanes.Where(byLane.ContainsKey).Select(lane => byLane[lane]).ToList();
            var age = known.Count == 0 ? TimeSpan.Zero : known.Max();
            if (age > limit)
            {
                bad[queue.Name] = string.Create(
                    CultureInfo.InvariantCulture,
                    $"Its oldest message has been there for {Math.Floor(age.TotalMinutes):0} minutes, longer than " +
                    $"{ShortDurationConverter.Format(limit)}.");
            }
            else if (known.Count < queue.Lanes.Count)
            {
                unknown.Add(queue.Name);
            }
        }

        return new AlarmFindings(bad, unknown);
    }
}
