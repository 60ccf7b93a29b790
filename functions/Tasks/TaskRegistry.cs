using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.RegularExpressions;
using Serverless.Tasks.Limits;

namespace Serverless.Tasks;

/// <summary>The tasks that the app can run, by name.</summary>
internal sealed partial class TaskRegistry
{
    private readonly FrozenDictionary<string, TaskDefinition> _byName;

    private TaskRegistry(IEnumerable<TaskDefinition> definitions) =>
        _byName = definitions.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>All tasks in the order of their names.</summary>
    public IEnumerable<TaskDefinition> All => _byName.Values.OrderBy(d => d.Name, StringComparer.Ordinal);

    /// <summary>Finds a task by its exact name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out TaskDefinition? definition) => _byName.TryGetValue(name, out definition);

    /// <summary>Takes every class with <see cref="TaskHandlerAttribute"/>.</summary>
    /// <exception cref="InvalidOperationException">Handlers are at fault: all faults in one message.</exception>
    public static TaskRegistry Discover(IEnumerable<Type> types)
    {
        var faults = new List<string>();
        var definitions = new Dictionary<string, TaskDefinition>(StringComparer.Ordinal);
        foreach (var type in types)
        {
            if (type.GetCustomAttribute<TaskHandlerAttribute>() is not { } attribute) continue;

            faults.AddRange(Faults(type, attribute));
            if (Define(type, attribute) is not { } definition) continue;
            if (!definitions.TryAdd(attribute.Name, definition))
                faults.Add($"{type.FullName}: the task '{attribute.Name}' has another handler already.");
        }

        if (faults.Count > 0)
            throw new InvalidOperationException(
                $"Task handlers are at fault:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        return new TaskRegistry(definitions.Values);
    }

    private static IEnumerable<string> Faults(Type type, TaskHandlerAttribute attribute)
    {
        if (!TaskName().IsMatch(attribute.Name))
            yield return $"{type.FullName}: '{attribute.Name}' is no task name; use lower-case letters, digits, underscores and dots, " +
                $"at most 100.";
        if (HandlerInterface(type) is null)
            yield return $"{type.FullName}: implement ITaskHandler<TArgs, TResult>, once.";
        if (attribute.MaxRetries is < 0 or > 100)
            yield return $"{type.FullName}: MaxRetries is {attribute.MaxRetries}; give 0 to 100.";
        if (attribute.RetryDelaySeconds is < 0 or > 86_400)
            yield return $"{type.FullName}: RetryDelaySeconds is {attribute.RetryDelaySeconds}; give 0 to 86400.";
        if (attribute.TimeoutSeconds is < 1 or > 86_400)
            yield return $"{type.FullName}: TimeoutSeconds is {attribute.TimeoutSeconds}; give 1 to 86400.";
        if (attribute.KeepSeconds < TaskRetention.Min.TotalSeconds || attribute.KeepSeconds > TaskRetention.Max.TotalSeconds)
            yield return $"{type.FullName}: KeepSeconds is {attribute.KeepSeconds}; give 60 to 2592000, which is 30 days.";
        if (attribute.Rate is { } rate && !Rate.TryParse(rate, out _)) yield return $"{type.FullName}: Rate is '{rate}'. {Rate.Rule}";
        else if (TaskLimit.Of(attribute) is { } limit)
        {
            foreach (var (member, sentence) in LimitCheck.FindFaults(limit)) yield return $"{type.FullName}: {member}: {sentence}";
        }

        if (attribute is { Concurrency: > 0 } and ({ LongRunning: true } or { TimeoutSeconds: > TaskHandlerAttribute.MaxSecondsWithLock }))
            yield return $"{type.FullName}: it outlives the lock of its message, which is the permit of Concurrency; give a Rate alone.";
    }

    private static TaskDefinition? Define(Type type, TaskHandlerAttribute attribute)
    {
        if (HandlerInterface(type) is not { } handler) return null;

        var definition = typeof(TaskDefinition<,,>).MakeGenericType([type, .. handler.GetGenericArguments()]);
        return (TaskDefinition)Activator.CreateInstance(definition, attribute)!;
    }

    private static Type? HandlerInterface(Type type)
    {
        var found = type.GetInterfaces().Where(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(ITaskHandler<,>)).ToList();
        return found.Count == 1 && !type.IsAbstract ? found[0] : null;
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_.]{0,99}\z")]
    private static partial Regex TaskName();
}
