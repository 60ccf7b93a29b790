using System.Text.Json.Serialization;
using Serverless.Tasks.Limits;

namespace Serverless.Tasks.Endpoints;

/// <summary>The body of <c>PUT /api/limits/{name}</c>; see <see cref="TaskLimit"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record LimitRequest
{
    /// <summary>The tasks that share it.</summary>
    public IReadOnlyList<string>? Tasks { get; init; }

    /// <summary>The queue whose tasks share it.</summary>
    public string? Queue { get; init; }

    /// <summary>JMESPath over the arguments.</summary>
    public string? Key { get; init; }

    /// <summary>Each tenant for itself.</summary>
    public bool PerTenant { get; init; }

    /// <summary>The most that run at once.</summary>
    public int? Concurrency { get; init; }

    /// <summary>The most that start in a time, such as <c>100/1m</c>.</summary>
    public Rate? Rate { get; init; }

    /// <summary>So many may start together.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>Keys that may have several times as much.</summary>
    public IReadOnlyDictionary<string, int>? Weights { get; init; }

    internal TaskLimit ToLimit(string name) => new()
    {
        Name = name,
        Tasks = Tasks,
        Queue = Queue,
        Key = Key,
        PerTenant = PerTenant,
        Concurrency = Concurrency,
        Rate = Rate,
        Burst = Burst,
        Weights = Weights,
    };
}
