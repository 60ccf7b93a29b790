using System.Text.Encodings.Web;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Serverless.Http;
using Serverless.Messaging;

namespace Serverless.Schedules;

/// <summary>A schedule's row: definition and state as JSON, and when it has to be looked at, which is all that is searched for.</summary>
internal sealed class ScheduleRow : ITableEntity
{
    /// <summary>The one partition: few thousand schedules are a few pages.</summary>
    public const string Partition = "schedule";

    /// <summary>The JSON form of schedules, in the table and to callers.</summary>
    public static readonly JsonSerializerOptions Json = new(AppJson.Options)
    {
        Converters = { new IsoDurationConverter() },

        // What a caller may send then fits the row, also where it is no ASCII.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string PartitionKey { get; set; } = Partition;

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Definition { get; set; } = "";

    public string State { get; set; } = "";

    public DateTimeOffset Created { get; set; }

    public DateTimeOffset Updated { get; set; }

    /// <summary>Null for never.</summary>
    public DateTimeOffset? Next { get; set; }

    /// <summary>Null while it is not paused, and of one that was paused before this was noted.</summary>
    public DateTimeOffset? PausedSince { get; set; }

    public string? PausedBy { get; set; }

    public static ScheduleRow Of(Schedule schedule, DateTimeOffset now) => new()
    {
        RowKey = schedule.Name,
        Definition = JsonSerializer.Serialize(schedule.Definition, Json),
        State = JsonSerializer.Serialize(schedule.State, Json),
        Created = schedule.Created,
        Updated = schedule.Updated,
        Next = ScheduleSteps.FindNextLook(schedule, now),
        PausedSince = schedule.Pause?.Since,
        PausedBy = schedule.Pause?.By,
    };

    /// <summary>Null when it cannot be read.</summary>
    public Schedule? TryRead()
    {
        try
        {
            return ToSchedule();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Schedule ToSchedule() => new(
        RowKey,
        JsonSerializer.Deserialize<ScheduleDefinition>(Definition, Json)
            ?? throw new JsonException($"The definition of schedule '{RowKey}' is null."),
        JsonSerializer.Deserialize<ScheduleState>(State, Json) ?? throw new JsonException($"The state of schedule '{RowKey}' is null."),
        Created,
        Updated,
        ETag,
        PausedSince is { } since ? new SchedulePause(since, PausedBy) : null);
}
