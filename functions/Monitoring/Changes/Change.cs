using System.Text.Json.Serialization;

namespace Serverless.Monitoring.Changes;

/// <summary>Something that lists and pages show is not what it was: whoever shows it reads it again.</summary>
/// <param name="Kind">One of <see cref="ChangeKinds"/>.</param>
/// <param name="Id">Which; null when more of the kind changed than are named.</param>
/// <param name="State">Where it stands then, in the words of its own answers; null when it is no longer there or has no state.</param>
/// <param name="At">When it changed.</param>
/// <param name="Count">How many changes this stands for.</param>
internal sealed record Change(
    string Kind, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? State, DateTimeOffset At, int Count = 1);

/// <summary>The kinds of things that change.</summary>
internal static class ChangeKinds
{
    /// <summary>A task, by its id.</summary>
    public const string Task = "task";

    /// <summary>A CSV job, by its id.</summary>
    public const string CsvJob = "csv";

    /// <summary>A workflow run, by its id.</summary>
    public const string Run = "run";

    /// <summary>A mail job, by its id.</summary>
    public const string MailJob = "mail";

    /// <summary>A notification, by its id.</summary>
    public const string Notification = "notification";

    /// <summary>A schedule, by its name.</summary>
    public const string Schedule = "schedule";

    /// <summary>An alarm, by its name.</summary>
    public const string Alarm = "alarm";

    /// <summary>The messages that wait in a queue, by the queue's name.</summary>
    public const string Queue = "queue";

    /// <summary>The dead letters of a queue, by the queue's name.</summary>
    public const string DeadLetters = "deadLetters";
}
