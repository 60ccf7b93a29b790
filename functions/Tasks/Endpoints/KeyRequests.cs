using System.Text.Json.Serialization;

namespace Serverless.Tasks.Endpoints;

/// <summary>The member <c>unique</c>; see <see cref="UniqueRule"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record UniqueRequest
{
    /// <summary>Counts together with the task's name.</summary>
    public required string Key { get; init; }

    /// <summary>The time that the key is taken for, such as <c>10m</c>.</summary>
    [JsonConverter(typeof(ShortDurationConverter))]
    public TimeSpan? For { get; init; }

    /// <summary>The moment that frees it before.</summary>
    public UniqueUntil? Until { get; init; }
}

/// <summary>The member <c>debounce</c>; see <see cref="DebounceRule"/>.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record DebounceRequest
{
    /// <summary>Counts together with the task's name.</summary>
    public required string Key { get; init; }

    /// <summary>The time that it waits for another, such as <c>5s</c>.</summary>
    [JsonConverter(typeof(ShortDurationConverter))]
    public required TimeSpan For { get; init; }
}
