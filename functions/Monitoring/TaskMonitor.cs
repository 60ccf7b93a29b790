using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Monitoring.Store;
using Serverless.Resilience;

namespace Serverless.Monitoring;

/// <summary>
/// The runs of the app, ended and going on, over all instances and restarts. Instances store theirs every few seconds: what is newer is not
/// seen here yet.
/// </summary>
internal sealed class TaskMonitor(
    ExecutionStore executions, TotalsStore totals, InstanceStore instances, QueueCatalog queues, TimeProvider time,
    ILogger<TaskMonitor> logger)
{
    private const int LatestFailures = 20;

    // Rare ones are not looked for in all that was ever stored.
    private const int MaxRead = 200_000;

    // Longer than an instance tries to store an hour's totals.
    private static readonly TimeSpan FoldAfter = TimeSpan.FromHours(3);

    /// <summary>The health of the app as a whole.</summary>
    /// <param name="hours">How far back its totals go.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<SystemHealth> ReadHealthAsync(int hours, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var hourAgo = now.AddHours(-1);
        var (overall, lastHour) = (new TaskTotals(), new TaskTotals());
        await foreach (var row in totals.ReadAsync(now.AddHours(-hours), now.AddTicks(1), cancellationToken: cancellationToken))
        {
            overall.Merge(row.Totals);

            // The minute that is cut through counts as a whole.
            row.Minutes.AddTo(
                (int)Math.Floor((hourAgo - row.Hour).TotalMinutes), (int)Math.Ceiling((now - row.Hour).TotalMinutes) + 1, lastHour);
        }

        var states = await instances.ReadAsync(cancellationToken);
        return new SystemHealth(
            now, states.Count, states.Sum(
                s => s.Active.Values.Sum()), [.. states.SelectMany(s => s.OpenBreakers).Distinct().Order(StringComparer.Ordinal)],
            hours, HealthPeriod.From(overall), HealthPeriod.From(lastHour));
    }

    /// <summary>The runs of the last minutes, of all tasks.</summary>
    /// <param name="minutes">How many, the one at hand included.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<MinuteSeries> ReadMinutesAsync(int minutes, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var last = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        var from = last.AddMinutes(1 - minutes);
        var sums = Enumerable.Range(0, minutes).Select(_ => new TaskTotals()).ToArray();
        await foreach (var row in totals.ReadAsync(from, now.AddTicks(1), cancellationToken: cancellationToken))
        {
            var first = (int)(from - row.Hour).TotalMinutes;
            for (var i = 0; i < minutes; i++) row.Minutes.AddTo(first + i, first + i + 1, sums[i]);
        }

        return new MinuteSeries(
            from, [.. sums.Select(s => s.Succeeded)], [.. sums.Select(s => s.Failed)], [.. sums.Select(s => s.Retried)],
            [.. sums.Select(s => s.Revoked)]);
    }

    /// <summary>The statistics of each task, in the order of their names.</summary>
    /// <param name="hours">How far back its totals go; the hour in which that falls counts as a whole.</param>
    /// <param name="task">One task only; null for all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<IReadOnlyList<TaskStatistics>> ReadTasksAsync(
        int hours, string? task = null, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var states = await instances.ReadAsync(cancellationToken);
        var active = states.SelectMany(s => s.Active).Where(a => task is null || a.Key == task).GroupBy(a => a.Key)
            .ToDictionary(g => g.Key, g => g.Sum(a => a.Value), StringComparer.Ordinal);
        var sums = await SumAsync(now.AddHours(-hours), now.AddTicks(1), r => r.Task, task, cancellationToken);
        return
        [
            .. sums.Keys.Union(active.Keys).Order(StringComparer.Ordinal)
                .Select(
                    name => TaskStatistics.From(name, active.GetValueOrDefault(name), sums.GetValueOrDefault(name) ?? new TaskTotals())),
        ];
    }

    /// <summary>The totals of the runs of a time.</summary>
    /// <param name="from">The first moment; its hour counts as a whole.</param>
    /// <param name="to">The moment after the last; its hour counts as a whole.</param>
    /// <param name="by">What to tell apart, such as the task or the lane.</param>
    /// <param name="task">One task only; null for all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<IReadOnlyDictionary<TKey, TaskTotals>> SumAsync<TKey>(
        DateTimeOffset from, DateTimeOffset to, Func<TotalsRow, TKey> by, string? task = null, CancellationToken cancellationToken =
            default)
        where TKey : notnull
    {
        var sums = new Dictionary<TKey, TaskTotals>();
        await foreach (var row in totals.ReadAsync(from, to, task, cancellationToken))
        {
            var key = by(row);
            if (!sums.TryGetValue(key, out var sum)) sums[key] = sum = new TaskTotals();
            sum.Merge(row.Totals);
        }

        return sums;
    }

    /// <summary>The totals of the runs of the last time, by lane.</summary>
    /// <param name="last">How far back; the minute that is cut through counts as a whole.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<IReadOnlyDictionary<string, TaskTotals>> ReadLanesAsync(TimeSpan last, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var from = now - last;
        var sums = new Dictionary<string, TaskTotals>(StringComparer.Ordinal);
        await foreach (var row in totals.ReadAsync(from, now, cancellationToken: cancellationToken))
            row.Minutes.AddTo(
                (int)Math.Floor((from - row.Hour).TotalMinutes), (int)Math.Ceiling((now - row.Hour).TotalMinutes) + 1, Sum(sums, row.Lane));
        return sums;
    }

    /// <summary>The number of runs that have not ended, by lane.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountRunningAsync(CancellationToken cancellationToken = default) =>
        (await instances.ReadAsync(cancellationToken)).SelectMany(s => s.Lanes ?? new Dictionary<string, int>())
            .GroupBy(lane => lane.Key).ToDictionary(g => g.Key, g => g.Sum(lane => lane.Value), StringComparer.Ordinal);

    /// <summary>Runs that have not ended after a time, the longest first.</summary>
    public async Task<IReadOnlyList<RunningTask>> ListSlowAsync(TimeSpan threshold, CancellationToken cancellationToken = default)
    {
        var before = time.GetUtcNow() - threshold;
        var states = await instances.ReadAsync(cancellationToken);
        return [.. states.SelectMany(s => s.Longest).Where(r => r.Started <= before).OrderBy(r => r.Started)];
    }

    /// <summary>The failures of the last hours; the hour in which that falls counts as a whole.</summary>
    public async Task<FailureAnalysis> ReadFailuresAsync(int hours, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var from = TotalsStore.HourOf(TotalsStore.BuildPartition(now.AddHours(-hours)));
        var (all, byTask, byQueue) =
            (new TaskTotals(), new Dictionary<string, TaskTotals>(StringComparer.Ordinal), new Dictionary<string, TaskTotals>(
                StringComparer.Ordinal));
        await foreach (var row in totals.ReadAsync(from, now.AddTicks(1), cancellationToken: cancellationToken))
        {
            all.Merge(row.Totals);
            Sum(byTask, row.Task).Merge(row.Totals);
            Sum(byQueue, queues.TryFindLane(row.Lane, out var queue) ? queue.Name : row.Lane).Merge(row.Totals);
        }

        var byError = ErrorCounts(all);
        var latest = await ListAsync(from, e => e.Error is not null, byError.Count == 0 ? 0 : LatestFailures, cancellationToken);
        return new FailureAnalysis(
            from, all.Total, byError.Sum(e => e.Failures), FailureCounts(byTask), FailureCounts(byQueue), byError, latest);
    }

    /// <summary>Executions among the last 200,000, the newest first.</summary>
    public Task<IReadOnlyList<TaskExecution>> ListExecutionsAsync(ExecutionQuery query, CancellationToken cancellationToken = default) =>
        ListAsync(query.Since, query.Takes, query.Top, cancellationToken);

    /// <summary>Deletes what is older, but for the last 10,000 executions, and folds the totals of hours that are long over.</summary>
    /// <returns>How many executions were deleted.</returns>
    public async Task<int> DeleteOlderThanAsync(DateTimeOffset before, CancellationToken cancellationToken = default)
    {
        var deleted = await executions.DeleteBeforeAsync(before, cancellationToken);
        await totals.DeleteBeforeAsync(before, cancellationToken);
        await instances.DeleteBeforeAsync(time.GetUtcNow() - FoldAfter, cancellationToken);
        await totals.FoldAsync(time.GetUtcNow() - FoldAfter, cancellationToken);
        Logs.OldDeleted(logger, deleted, before);
        return deleted;
    }

    private static TaskTotals Sum(Dictionary<string, TaskTotals> sums, string name)
    {
        if (!sums.TryGetValue(name, out var sum)) sums[name] = sum = new TaskTotals();
        return sum;
    }

    private static List<FailureCount> FailureCounts(Dictionary<string, TaskTotals> sums) =>
    [
        .. sums.Select(s => (s.Key, Totals: s.Value, Errors: ErrorCounts(s.Value)))
            .Where(s => s.Errors.Count > 0)
            .Select(
                s => new FailureCount(
                    s.Key, s.Errors.Sum(e => e.Failures), s.Totals.Failed, (double)s.Errors.Sum(
                        e => e.Failures) / s.Totals.Total, s.Errors))
            .OrderByDescending(f => f.Failures).ThenBy(f => f.Name, StringComparer.Ordinal),
    ];

    private static List<ErrorCount> ErrorCounts(TaskTotals totals) =>
        [.. Enum.GetValues<ErrorClass>().Select(c => new ErrorCount(c, totals.CountErrors(c))).Where(e => e.Failures > 0)
            .OrderByDescending(e => e.Failures)];

    private async Task<IReadOnlyList<TaskExecution>> ListAsync(
        DateTimeOffset since, Func<TaskExecution, bool> takes, int top, CancellationToken cancellationToken)
    {
        if (top == 0) return [];
        var found = await executions.ReadAsync(since, cancellationToken).Take(MaxRead).Where(takes).Take(top)
            .ToListAsync(cancellationToken);
        return [.. found.OrderByDescending(e => e.Started + e.Duration)];
    }
}
