using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Tasks.Sending;

namespace Serverless.Tasks.Endpoints;

/// <summary>The body of <c>POST /api/tasks/{name}</c>; see <see cref="SendOptions"/> for what each member means.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal record SendRequest
{
    /// <summary>The arguments where none are given: an object without members.</summary>
    internal static JsonElement NoArgs { get; } = JsonSerializer.SerializeToElement(new { });

    /// <summary>The arguments: what the handler's type takes.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Seconds to wait.</summary>
    public double? Countdown { get; init; }

    /// <summary>When it may start.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>When it is too late to start.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>From 0 to the queue's highest.</summary>
    public int Priority { get; init; }

    /// <summary>Instead of the router's queue.</summary>
    public string? Queue { get; init; }

    /// <summary>Instead of the handler's.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>No state, no result.</summary>
    public bool IgnoreResult { get; init; }

    /// <summary>The same id twice is one task.</summary>
    public string? TaskId { get; init; }

    /// <summary>One task of its name and key at a time.</summary>
    public UniqueRequest? Unique { get; init; }

    /// <summary>Waits whether another of its name and key follows.</summary>
    public DebounceRequest? Debounce { get; init; }

    /// <summary>The batch that it becomes a member of.</summary>
    public string? Batch { get; init; }

    /// <summary>Seconds that state and result are kept.</summary>
    public int? ResultTtl { get; init; }

    /// <summary>The tenant.</summary>
    public string? Tenant { get; init; }

    /// <summary>Words that it can be found by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The caller's own names and values.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    internal SendOptions ToOptions() => new()
    {
        Countdown = Seconds(Countdown, nameof(Countdown)),
        Eta = Eta,
        Expires = Expires,
        Tags = Tags,
        Priority = Priority,
        Queue = Queue,
        MaxRetries = MaxRetries,
        IgnoreResult = IgnoreResult,
        TaskId = TaskId,
        Unique = Unique is null ? null : new UniqueRule(Unique.Key) { For = Unique.For, Until = Unique.Until },
        Debounce = Debounce is null ? null : new DebounceRule(Debounce.Key, Debounce.For),
        Batch = Batch,
        ResultTtl = Seconds(ResultTtl, nameof(ResultTtl)),
        Tenant = Tenant,
        Headers = Headers?.FirstOrDefault(h => h.Value is null).Key is { } empty
            ? throw new TaskValidationException($"headers.{empty} is null; give a text.")
            : Headers,
    };

    // Longer than any queue keeps a message, and a number that TimeSpan can hold.
    private static TimeSpan? Seconds(double? seconds, string name) => seconds switch
    {
        null => null,
        >= 0 and <= 365 * 86_400 => TimeSpan.FromSeconds(seconds.Value),
        _ =>
            throw new TaskValidationException(
                $"{JsonNamingPolicy.CamelCase.ConvertName(name)} is out of range; give 0 to 31536000 seconds."),
    };
}
