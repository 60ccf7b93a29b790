using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Serverless.Messaging;

namespace Serverless.Tasks;

/// <summary>
/// Finds a task's queue: a route of its exact name, else the longest prefix that fits, else the queue that its handler names, else
/// <c>default</c>. Routes of the configuration (<c>Tasks:Routes:0:Match</c>, <c>Tasks:Routes:0:Queue</c>, ...) come before the built-in
/// ones.
/// </summary>
internal sealed class TaskRouter
{
    private const string DefaultQueue = "default";

    private static readonly TaskRoute[] BuiltIn =
    [
        new(new("high_priority.*"), "high_priority"),
        new(new("normal_priority.*"), "normal_priority"),
        new(new("low_priority.*"), "low_priority"),
        new(new("cpu_intensive.*"), "cpu_workers"),
        new(new("io_intensive.*"), "io_workers"),
        new(new("memory_intensive.*"), "memory_workers"),
        new(new("tenant_*"), "tenants"),
    ];

    private readonly QueueCatalog _queues;
    private readonly List<TaskRoute> _routes;

    /// <summary>Reads the routes.</summary>
    /// <exception cref="InvalidOperationException">Routes or handlers' queues are at fault: all faults in one message.</exception>
    public TaskRouter(QueueCatalog queues, TaskRegistry registry, IConfiguration configuration)
    {
        _queues = queues;
        var configured = configuration.GetSection("Tasks:Routes").GetChildren()
            .Select(s => new TaskRoute(new TaskPattern(s["Match"] ?? ""), s["Queue"] ?? "")).ToList();
        _routes = [.. configured, .. BuiltIn];
        var faults = _routes.SelectMany(Faults)
            .Concat(
                registry.All.Where(d => d.Attribute.Queue is { } q && !IsOpen(q))
                    .Select(d => $"Task '{d.Name}': there is no queue '{d.Attribute.Queue}'."))
            .ToList();
        if (faults.Count > 0)
            throw new InvalidOperationException(
                $"Task routes are at fault:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
    }

    /// <summary>The queue of a task.</summary>
    public QueueEntry Route(TaskDefinition definition)
    {
        var route = TaskPattern.FindBest(_routes, route => route.Tasks, definition.Name);
        return _queues.Find(route?.Queue ?? definition.Attribute.Queue ?? DefaultQueue);
    }

    /// <summary>Finds a queue by its name.</summary>
    public bool TryFindQueue(string name, [NotNullWhen(true)] out QueueEntry? entry) => _queues.TryFind(name, out entry);

    private IEnumerable<string> Faults(TaskRoute route)
    {
        if (!route.Tasks.IsValid) yield return $"Route '{route.Tasks.Match}': {TaskPattern.Rule}";
        if (!IsOpen(route.Queue))
            yield return $"Route '{route.Tasks.Match}': there is no queue '{route.Queue}'. There are: " +
                $"{string.Join(", ", _queues.Entries.Select(e => e.Name).Where(IsOpen))}.";
    }

    // What limits hold comes to its lane by itself.
    private bool IsOpen(string queue) => _queues.TryFind(queue, out var entry) && entry.Name != TaskSlot.Lane;
}
