using System.Collections.Frozen;

namespace Serverless.Tasks.Limits;

/// <summary>The limits in force, by what they hold. A limit that names a task comes before one that names its queue.</summary>
internal sealed class LimitIndex
{
    private readonly ByTarget _concurrency;
    private readonly ByTarget _rates;

    /// <param name="limits">Those that were put, and those of handlers.</param>
    public LimitIndex(IEnumerable<TaskLimit> limits)
    {
        All = [.. limits.OrderBy(l => l.Name, StringComparer.Ordinal).ThenBy(l => l.Source)];

        // Of two that were put at the same moment and hold the same, all instances keep to the same one.
        var active = InForce(All).Select(l => new ActiveLimit(l)).ToList();
        _concurrency = new ByTarget([.. active.Where(l => l.Limit.Concurrency is not null)]);
        _rates = new ByTarget([.. active.Where(l => l.Limit.Rate is not null)]);
    }

    /// <summary>All limits by name, those too that another takes the place of.</summary>
    public IReadOnlyList<TaskLimit> All { get; }

    /// <summary>Nothing is limited.</summary>
    public bool IsEmpty => _concurrency.IsEmpty && _rates.IsEmpty;

    /// <summary>The limit of how many of a task run at once; null for none.</summary>
    public ActiveLimit? FindConcurrency(string task, string queue) => _concurrency.Find(task, queue);

    /// <summary>The limit of how many of a task start in a time; null for none.</summary>
    public ActiveLimit? FindRate(string task, string queue) => _rates.Find(task, queue);

    /// <summary>The task or queue of a limit that another holds already; null when it may be put beside it.</summary>
    public static string? FindCollision(TaskLimit limit, TaskLimit other)
    {
        if (other.Source == LimitSource.Handler || other.Name == limit.Name) return null;
        var isSameKind = (limit.Concurrency is not null && other.Concurrency is not null)
            || (limit.Rate is not null && other.Rate is not null);
        return isSameKind ? Targets(limit).Intersect(Targets(other), StringComparer.OrdinalIgnoreCase).FirstOrDefault() : null;
    }

    private static IEnumerable<TaskLimit> InForce(IReadOnlyList<TaskLimit> all)
    {
        var stored = all.Where(l => l.Source == LimitSource.Stored).SelectMany(l => l.Tasks ?? []).ToHashSet(StringComparer.Ordinal);
        return all.Where(l => l.Source == LimitSource.Stored || !stored.Contains(l.Name));
    }

    private static IEnumerable<string> Targets(TaskLimit limit) =>
        limit.Queue is { } queue ? [$"queue '{queue}'"] : (limit.Tasks ?? []).Select(task => $"task '{task}'");

    private sealed class ByTarget(IReadOnlyList<ActiveLimit> limits)
    {
        private readonly FrozenDictionary<string, ActiveLimit> _tasks = Index(limits, l => l.Tasks ?? [], StringComparer.Ordinal);

        private readonly FrozenDictionary<string, ActiveLimit> _queues =
            Index(limits, l => l.Queue is { } queue ? [queue] : [], StringComparer.OrdinalIgnoreCase);

        public bool IsEmpty => limits.Count == 0;

        public ActiveLimit? Find(string task, string queue) => _tasks.GetValueOrDefault(task) ?? _queues.GetValueOrDefault(queue);

        private static FrozenDictionary<string, ActiveLimit> Index(
            IReadOnlyList<ActiveLimit> limits, Func<TaskLimit, IEnumerable<string>> targets, StringComparer comparer)
        {
            var found = new Dictionary<string, ActiveLimit>(comparer);
            foreach (var limit in limits)
            {
                foreach (var target in targets(limit.Limit)) found.TryAdd(target, limit);
            }

            return found.ToFrozenDictionary(comparer);
        }
    }
}
