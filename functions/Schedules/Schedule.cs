using Azure;

namespace Serverless.Schedules;

/// <summary>A schedule as the table holds it.</summary>
/// <param name="Name">Unique; see <see cref="ScheduleName"/>.</param>
/// <param name="Definition">What it starts, and when.</param>
/// <param name="State">How far it has come.</param>
/// <param name="Created">When it was first put.</param>
/// <param name="Updated">When its definition was last changed.</param>
/// <param name="Tag">The version; null when it is not in the table yet.</param>
/// <param name="Pause">Who paused it; null while it is not paused.</param>
internal sealed record Schedule(
    string Name, ScheduleDefinition Definition, ScheduleState State, DateTimeOffset Created, DateTimeOffset Updated, ETag? Tag = null,
    SchedulePause? Pause = null);

/// <summary>The pause of a schedule.</summary>
/// <param name="Since">When it was paused.</param>
/// <param name="By">Who paused it; null when that is not known.</param>
internal sealed record SchedulePause(DateTimeOffset Since, string? By);
