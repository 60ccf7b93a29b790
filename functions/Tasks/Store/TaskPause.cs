using System.Text.Json.Serialization;

namespace Serverless.Tasks.Store;

/// <summary>A pause: what it holds back is put off, and spends no attempt.</summary>
/// <param name="Kind">What is paused.</param>
/// <param name="Name">The task's name, or the tenant.</param>
/// <param name="Since">When it was paused.</param>
internal sealed record TaskPause(PauseKind Kind, string Name, DateTimeOffset Since)
{
    // What waits for long need not be looked at often; nobody wants to wait for long after the end of a pause.
    private const int Share = 4;
    private static readonly TimeSpan MinDelay = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Calculates the time that a message is put off: a quarter of what the pause lasts already, 10 seconds to 2 minutes.
    /// </summary>
    internal TimeSpan ComputeDelay(DateTimeOffset now) =>
        TimeSpan.FromTicks(Math.Clamp((now - Since).Ticks / Share, MinDelay.Ticks, MaxDelay.Ticks));
}

/// <summary>The kinds of what can be paused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PauseKind>))]
internal enum PauseKind
{
    /// <summary>All tasks of a name.</summary>
    [JsonStringEnumMemberName("task")] Task,

    /// <summary>All tasks of a tenant.</summary>
    [JsonStringEnumMemberName("tenant")] Tenant,
}
