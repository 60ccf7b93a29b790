using System.Text.Json.Serialization;

namespace Serverless.Alarms;

/// <summary>
/// The condition that an alarm watches, and its receivers, as a caller gave them. Without a schedule, queue or task, each of them is
/// watched for itself.
/// </summary>
internal sealed record AlarmDefinition
{
    /// <summary>The kind of condition.</summary>
    public required AlarmKind When { get; init; }

    /// <summary>One schedule only; of <see cref="AlarmKind.ScheduleLate"/>.</summary>
    public string? Schedule { get; init; }

    /// <summary>One queue only; of <see cref="AlarmKind.QueueAge"/> and <see cref="AlarmKind.FailureRate"/>.</summary>
    public string? Queue { get; init; }

    /// <summary>One task only; of <see cref="AlarmKind.FailureRate"/>.</summary>
    public string? Task { get; init; }

    /// <summary>The time that a run may be late, or that a message may wait, such as <c>10m</c>.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>The share of runs that may fail, 0 to 1, whether or not they are tried again.</summary>
    public double? Above { get; init; }

    /// <summary>The failing share is also at least so many times that of the six windows before.</summary>
    public double? Times { get; init; }

    /// <summary>Fewer runs raise no alarm.</summary>
    /// <value>10 by default.</value>
    public int? MinRuns { get; init; }

    /// <summary>The window in which runs are counted.</summary>
    /// <value>10 minutes by default.</value>
    public TimeSpan? Within { get; init; }

    /// <summary>The time in which nobody is told twice of the same cause.</summary>
    /// <value>1 hour by default.</value>
    public TimeSpan? Quiet { get; init; }

    /// <summary>False while it watches nothing.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>Mail addresses that are told.</summary>
    public IReadOnlyList<string>? Emails { get; init; }

    /// <summary>URLs that are told.</summary>
    public IReadOnlyList<string>? Webhooks { get; init; }

    internal TimeSpan GetWindow() => Within ?? TimeSpan.FromMinutes(10);

    internal int GetMinRuns() => MinRuns ?? 10;

    internal TimeSpan GetQuiet() => Quiet ?? TimeSpan.FromHours(1);
}

/// <summary>The kinds of alarms.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlarmKind>))]
internal enum AlarmKind
{
    /// <summary>A schedule did not run when it should have.</summary>
    [JsonStringEnumMemberName("scheduleLate")] ScheduleLate,

    /// <summary>The oldest message of a queue is old.</summary>
    [JsonStringEnumMemberName("queueAge")] QueueAge,

    /// <summary>Many of the runs of a task or queue fail.</summary>
    [JsonStringEnumMemberName("failureRate")] FailureRate,
}
