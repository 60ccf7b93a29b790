using System.Globalization;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Monitoring.Store;
using Serverless.Tasks;

namespace Serverless.Alarms.Sources;

/// <summary>The share of runs that failed in the last minutes, from the totals that the monitor keeps, read once for all alarms.</summary>
internal sealed class FailureRateSource(TotalsStore totals, TaskRegistry tasks, QueueCatalog queues) : IAlarmSource
{
    // What a share is held against: so many windows before the last one.
    private const int WindowsBefore = 6;

    /// <inheritdoc/>
    public AlarmKind Kind => AlarmKind.FailureRate;

    /// <inheritdoc/>
    public Task CheckAsync(AlarmDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (definition.Queue is { } queue && AlarmQueues.FindFault(queues, queue) is { } fault) faults.Add("queue", fault);
        if (definition.Task is { } task && !tasks.TryFind(task, out _))
            faults.Add("task", $"There is no task '{task}'. GET /api/handlers lists what there is.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlarmFindings>> FindAsync(
        IReadOnlyList<AlarmDefinition> alarms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var counts = alarms.Select(alarm => new Counts(alarm, now)).ToList();
        await foreach (var row in totals.ReadAsync(counts.Min(c => c.From), now, cancellationToken: cancellationToken))
        {
            var queue = queues.TryFindLane(row.Lane, out var entry) ? entry.Name : row.Lane;
            foreach (var count in counts) count.Add(row, queue);
        }

        return [.. alarms.Zip(counts).Select(a => new AlarmFindings(FindGone(a.First) ?? a.Second.FindBad()))];
    }

    private Dictionary<string, string>? FindGone(AlarmDefinition alarm)
    {
        if (alarm.Queue is { } queue && !queues.TryFind(queue, out _)) return new() { [queue] = AlarmFindings.WordGone("queue") };
        if (alarm.Task is { } task && !tasks.TryFind(task, out _)) return new() { [task] = AlarmFindings.WordGone("task") };
        return null;
    }

    /// <summary>The runs of one alarm's tasks or queue.</summary>
    private sealed class Counts(AlarmDefinition alarm, DateTimeOffset now)
    {
        private readonly Dictionary<string, (TaskTotals Last, TaskTotals Before)> _byName = new(StringComparer.Ordinal);
        private readonly DateTimeOffset _since = now - alarm.GetWindow();

        /// <summary>Older runs are not asked for.</summary>
        public DateTimeOffset From { get; } = now - (alarm.GetWindow() * (alarm.Times is null ? 1 : 1 + WindowsBefore));

        public void Add(TotalsRow row, string queue)
        {
            if (alarm.Task is { } task && row.Task != task) return;
            if (alarm.Queue is { } wanted && !string.Equals(queue, wanted, StringComparison.OrdinalIgnoreCase)) return;
            var name = alarm.Queue ?? row.Task;
            if (!_byName.TryGetValue(name, out var sums)) _byName[name] = sums = (new TaskTotals(), new TaskTotals());

            // The minute that is cut through belongs to the last window.
            var first = MinuteOf(row, _since);
            row.Minutes.AddTo(first, MinuteOf(row, now) + 1, sums.Last);
            row.Minutes.AddTo(MinuteOf(row, From), first, sums.Before);
        }

        public Dictionary<string, string> FindBad() => _byName.Where(n => IsBad(n.Value.Last, n.Value.Before))
            .ToDictionary(n => n.Key, n => Word(n.Value.Last, n.Value.Before), StringComparer.Ordinal);

        private static int MinuteOf(TotalsRow row, DateTimeOffset time) => (int)Math.Floor((time - row.Hour).TotalMinutes);

        private static long Failures(TaskTotals totals) => totals.Failed + totals.Retried;

        private static double Share(TaskTotals totals)
        {
            var runs = totals.Succeeded + Failures(totals);
            return runs == 0 ? 0 : (double)Failures(totals) / runs;
        }

        private bool IsBad(TaskTotals last, TaskTotals before) =>
            last.Succeeded + Failures(last) >= alarm.GetMinRuns() && Share(last) > alarm.Above
            && (alarm.Times is not { } times || Share(last) >= times * Share(before));

        private string Word(TaskTotals last, TaskTotals before)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture,
                $"{Failures(last)} of {last.Succeeded + Failures(last)} runs failed in the last " +
                $"{ShortDurationConverter.Format(alarm.GetWindow())}, {Share(last):0.# %}");
            return alarm.Times is null ? $"{text}." : string.Create(CultureInfo.InvariantCulture, $"{text}; {Share(before):0.# %} before.");
        }
    }
}
