using System.Globalization;
using System.Text.RegularExpressions;
using Serverless.JmesPath;
using Serverless.Messaging;

namespace Serverless.Tasks.Limits;

/// <summary>Looks a limit over before it is put: the caller learns all that is wrong at once.</summary>
internal static partial class LimitCheck
{
    /// <summary>The rule of names, as a sentence.</summary>
    public const string NameRule = "Give 1 to 100 lower-case letters, digits and . _ - , the first of them a letter or digit.";

    private const int MaxTasks = 50;
    private const int MaxConcurrency = 1_000;
    private const int MaxBurst = 100_000;
    private const int MaxWeights = 100;
    private const int MaxWeight = 100;
    private const int MaxKeyLength = 256;

    /// <summary>All that is wrong with a limit: the member, and what was expected of it.</summary>
    public static IEnumerable<(string Member, string Sentence)> FindFaults(TaskLimit limit, TaskRegistry registry, QueueCatalog queues)
    {
        if (!IsName(limit.Name)) yield return ("name", NameRule);
        if (limit.Tasks is null == limit.Queue is null) yield return ("tasks", "Give tasks or queue, one of them.");
        if (limit.Queue is { } queue && (!queues.TryFind(queue, out var entry) || entry.Name == TaskSlot.Lane))
            yield return ("queue",
                $"There is no queue '{queue}'. There are: " +
                $"{string.Join(", ", queues.Entries.Select(e => e.Name).Where(name => name != TaskSlot.Lane))}.");
        if (limit.Tasks is { } tasks)
        {
            if (tasks.Count is 0 or > MaxTasks) yield return ("tasks", $"Give 1 to {MaxTasks} tasks.");
            foreach (var task in tasks.Take(MaxTasks))
            {
                if (task is null || !registry.TryFind(task, out var definition)) yield return ("tasks", $"There is no task '{task}'.");
                else if (limit.Concurrency is not null && definition.IsLong)
                    yield return ("tasks", $"The task '{task}' outlives the lock of its message, which is the permit: give a rate alone.");
            }
        }

        foreach (var fault in FindFaults(limit)) yield return fault;
    }

    /// <summary>The faults of a limit, but for what it is of.</summary>
    public static IEnumerable<(string Member, string Sentence)> FindFaults(TaskLimit limit)
    {
        if (limit is { Key: not null, PerTenant: true }) yield return ("key", "Give key or perTenant, not both.");
        if (limit.Key is { } key && !ExpressionParser.TryParse(key, out _, out var fault)) yield return ("key", fault);
        if (limit is { Concurrency: null, Rate: null }) yield return ("concurrency", "Give concurrency, rate, or both.");
        if (limit.Concurrency is < 1 or > MaxConcurrency) yield return ("concurrency", $"Give 1 to {MaxConcurrency}.");
        if (limit.Burst is < 1 or > MaxBurst) yield return ("burst", $"Give 1 to {MaxBurst}.");
        if (limit is { Rate: null, Burst: > 1 }) yield return ("burst", "It belongs to a rate: give one.");
        if (limit.Weights is not { } weights) yield break;
        if (limit is { Key: null, PerTenant: false }) yield return ("weights", "They belong to keys: give key or perTenant.");
        if (weights.Count > MaxWeights) yield return ("weights", $"Give {MaxWeights} at most.");
        foreach (var (name, weight) in weights.Take(MaxWeights))
        {
            if (weight is < 1 or > MaxWeight)
                yield return ($"weights.{name}", string.Create(CultureInfo.InvariantCulture, $"It is {weight}; give 1 to {MaxWeight}."));
            if (name.Length > MaxKeyLength) yield return ("weights", $"A key has at most {MaxKeyLength} characters.");
        }
    }

    /// <summary>True for what a limit may be named.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,99}\z")]
    private static partial Regex Name();
}
