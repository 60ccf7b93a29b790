using System.Text.Json.Serialization;

namespace Serverless.Tasks.Store;

/// <summary>A pause: what it holds back is put off, and spends no attempt.</summary>
/// <param name="Kind">What is paused.</param>
/// <param name="Name">The task's name, the tenant or the queue.</param>
/// <param name="Since">When it was paused.</param>
/// <param name="By">Who paused it; null when nobody is known, or a breaker did.</param>
/// <param name="Breaker">The circuit breaker that paused it, and ends the pause by itself; null when somebody did.</param>
/// <param name="Until">Of a breaker's pause, when one run is let through; null when somebody paused it.</param>
/// <param name="IsProbing">One run was let through, and until then it is waited for.</param>
internal sealed record TaskPause(
    PauseKind Kind, string Name, DateTimeOffset Since, string? By = null, string? Breaker = null, DateTimeOffset? Until = null,
    [property: JsonIgnore] bool IsProbing = false)
{
    // What waits for long need not be looked at often; nobody wants to wait for long after the end of a pause, and nobody knows the end of
    // a run that finds out.
    private const int Share = 4;
    private static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Calculates the time that a message is put off: until a breaker's break is over, and else a quarter of what the pause lasts already,
    /// 10 seconds to 2 minutes. What comes back to a stopped queue waits there, and is handed out when that is opened: 10 seconds.
    /// </summary>
    internal TimeSpan ComputeDelay(DateTimeOffset now) => Kind == PauseKind.Queue ? MinDelay : TimeSpan.FromTicks(Math.Clamp(
        Until is { } until && !IsProbing ? (until - now).Ticks : (now - Since).Ticks / Share, MinDelay.Ticks, MaxDelay.Ticks));
}

/// <summary>The kinds of what can be paused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PauseKind>))]
internal enum PauseKind
{
    /// <summary>All tasks of a name.</summary>
    [JsonStringEnumMemberName("task")] Task,

    /// <summary>All tasks of a tenant.</summary>
    [JsonStringEnumMemberName("tenant")] Tenant,

    /// <summary>A queue: the broker hands out none of its messages.</summary>
    [JsonStringEnumMemberName("queue")] Queue,
}
