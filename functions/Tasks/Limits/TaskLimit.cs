using System.Text.Json.Serialization;

namespace Serverless.Tasks.Limits;

/// <summary>The most of some tasks that may run at once, or start in a time, over all instances and for each key.</summary>
internal sealed record TaskLimit
{
    /// <summary>Its name; of a handler's own limit, the task's.</summary>
    public required string Name { get; init; }

    /// <summary>The tasks that share it; null where it is a queue's.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>The queue whose tasks share it; null where it names tasks.</summary>
    public string? Queue { get; init; }

    /// <summary>JMESPath over the arguments: each value that it gives has the limit for itself.</summary>
    public string? Key { get; init; }

    /// <summary>Each tenant has the limit for itself.</summary>
    public bool PerTenant { get; init; }

    /// <summary>The most that run at once for one key; null for no bound.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The most that start in a time for one key; null for no bound.</summary>
    public Rate? Rate { get; init; }

    /// <summary>So many may start together after a quiet time; a rate's time never holds more than its count and this, less one.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Keys that may have several times as much as others.</summary>
    public IReadOnlyDictionary<string, int>? Weights { get; init; }

    /// <summary>The place where it is written.</summary>
    public LimitSource Source { get; init; }

    /// <summary>The limit that a handler's attribute names; null for none.</summary>
    public static TaskLimit? Of(TaskHandlerAttribute handler) => handler is { Concurrency: 0, Rate: null } ? null : new TaskLimit
    {
        Name = handler.Name,
        Tasks = [handler.Name],
        Key = handler.LimitKey,
        PerTenant = handler.LimitPerTenant,
        Concurrency = handler.Concurrency == 0 ? null : handler.Concurrency,
        Rate = handler.Rate is { } text && Limits.Rate.TryParse(text, out var rate) ? rate : null,
        Burst = handler.Burst,
        Source = LimitSource.Handler,
    };
}

/// <summary>The places where limits are written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LimitSource>))]
internal enum LimitSource
{
    /// <summary>In the table: it was put, and can be changed while tasks run.</summary>
    [JsonStringEnumMemberName("stored")] Stored,

    /// <summary>In the attribute of a handler. A stored limit that names the task takes its place.</summary>
    [JsonStringEnumMemberName("handler")] Handler,
}
