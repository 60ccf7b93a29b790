using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Schedules;
using Serverless.Workflows;

namespace Serverless.OpenApi;

/// <summary>
/// Bodies whose members are read one by one, so that all that is wrong with them can be told at once. A test holds each against the members
/// that its function knows.
/// </summary>
internal static class ApiBodies
{
    /// <summary>The form they are written in: numbers as numbers, and no other members.</summary>
    public static readonly JsonSerializerOptions Json = new(AppJson.Options)
    {
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}

/// <summary>The options of a CSV job.</summary>
internal record CsvOptionsBody
{
    [Description("A Frictionless Table Schema, or the name of a blob that holds one; inferred when left out.")]
    public JsonElement? Schema { get; init; }

    public string? Delimiter { get; init; }

    public string? Quote { get; init; }

    public string? Escape { get; init; }

    public bool? DoubleQuote { get; init; }

    public string? Comment { get; init; }

    [Description("True, false, or the number of rows that the header takes.")]
    public JsonElement? Header { get; init; }

    public string? HeaderJoin { get; init; }

    public int? SkipRows { get; init; }

    public bool? SkipInitialSpace { get; init; }

    public IReadOnlyList<string>? NullValues { get; init; }

    public string? Sheet { get; init; }

    public string? Member { get; init; }

    public string? Encoding { get; init; }

    [Description("csv, jsonl or parquet.")]
    public string? Output { get; init; }

    [Description("gzip: the clean records, as csv or jsonl, are packed.")]
    public string? Compress { get; init; }

    [Description("The column whose values have a file each, as Hive names them.")]
    public string? PartitionBy { get; init; }

    [Description("xxh128 or sha256: the kind of hash that proves what was read and written.")]
    public string? Proof { get; init; }

    public int? ChunkBytes { get; init; }

    public int? MaxParallel { get; init; }

    public double? MaxRejectedRatio { get; init; }

    public double? InferenceShare { get; init; }

    public LoadBody? Load { get; init; }

    [Description("The schema's names for labels of the header that say it otherwise.")]
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    [Description("refuse, keep or drop: the fate of columns that the schema does not have.")]
    public string? ExtraColumns { get; init; }

    [Description("The blobs of files that foreign keys name otherwise.")]
    public IReadOnlyDictionary<string, string>? References { get; init; }

    [Description("Who is told when the job has ended: a webhook, a task with arguments, or a run of a workflow that waits for a signal.")]
    public FinishBody? OnFinished { get; init; }

    [Description("The setting with the key of masked values.")]
    public string? MaskKey { get; init; }

    [Description("Starts a job of its own though there is one of the same file and options.")]
    public bool? Force { get; init; }
}

/// <summary>The database that accepted records go into as well.</summary>
internal sealed record LoadBody(string To, string Connection, string Table, string? Mode = null, IReadOnlyList<string>? Key = null,
    bool? Create = null);

/// <summary>The receiver of the news that a CSV job has ended.</summary>
internal sealed record FinishBody(
    string? Webhook = null, string? Task = null, JsonElement? Args = null, string? Run = null, string? Signal = null);

/// <summary>The start of a CSV job.</summary>
internal sealed record CsvStartBody : CsvOptionsBody
{
    [Description("The file, such as incoming/orders.csv; required unless files is given.")]
    public string? Blob { get; init; }

    [Description("Many files as one job: a folder such as incoming/2024/, or a pattern such as incoming/2024/*.csv.")]
    public string? Files { get; init; }
}

/// <summary>The change of a CSV job that runs.</summary>
internal sealed record CsvChangeBody(
    [property: Description("How many ranges are read at once, 1 to 256.")] int? MaxParallel = null,
    [property: Description("The job fails when more than this share of the records is rejected, 0 to 1; never at 1.")]
    double? MaxRejectedRatio = null);

/// <summary>The beginning of a file.</summary>
internal sealed record CsvPreviewBody : CsvOptionsBody
{
    [Description("The first bytes of the file, as Base64.")]
    public required string Sample { get; init; }

    public string? Name { get; init; }

    [Description("The size of the whole file.")]
    public long? Bytes { get; init; }
}

/// <summary>A definition of a workflow.</summary>
internal sealed record WorkflowBody(
    IReadOnlyList<WorkflowStep> Steps, string? Name = null, string? Description = null, int? Version = null, int? TimeoutSeconds = null,
    JsonElement? InputSchema = null,
    [property: Description("When runs start by themselves: a schedule without the workflow.")] JsonElement? Schedule = null,
    [property: Description("A run that is cancelled undoes what it has done.")] bool? UndoOnCancel = null,
    [property: JsonPropertyName("$schema")] string? Schema = null);

/// <summary>The start of a run.</summary>
internal sealed record WorkflowStartBody(
    JsonElement? Input = null, int? Version = null, string? RunId = null, IReadOnlyList<string>? Tags = null);

/// <summary>The rerun of a run.</summary>
internal sealed record RerunBody(
    [property: Description("Another input.")] JsonElement? Input = null,
    [property: Description("The outermost step from which on it runs anew.")] string? From = null, string? RunId = null);

/// <summary>The start of a canvas.</summary>
internal sealed record CanvasBody(
    [property: Description("A node: a task, chain, group, chord or map.")] JsonElement Canvas, string? Id = null,
    int? TimeoutSeconds = null);

/// <summary>A schedule, of a task or of a workflow.</summary>
internal sealed record ScheduleBody(
    string? Cron = null, [property: Description("An ISO 8601 duration.")] string? Interval = null, string? TimeZone = null,
    DateTimeOffset? From = null, DateTimeOffset? Until = null, string? Task = null, JsonElement? Args = null, string? Queue = null,
    int? Priority = null, string? Tenant = null, string? Workflow = null, JsonElement? Input = null, bool? Enabled = null,
    OverlapRule? Overlap = null, CatchUpRule? CatchUp = null, int? JitterSeconds = null);

/// <summary>Mail to many.</summary>
internal sealed record BulkMailBody(
    string Template, [property: Description("A list, or the name of a blob that holds one.")] JsonElement Recipients, string? Key = null,
    string? Subject = null, string? From = null, string? Unsubscribe = null, JsonElement? Context = null, int? BatchSize = null,
    int? MaxParallel = null, double? MaxPerSecond = null);

/// <summary>A notification.</summary>
internal sealed record NotificationBody(
    [property: Description("webhook or email.")] string Channel, string Target, JsonElement Payload, string? Template = null,
    string? Key = null, DateTimeOffset? NotBefore = null, QuietHoursBody? QuietHours = null, string? Subject = null);

/// <summary>A time of day without messages.</summary>
internal sealed record QuietHoursBody(
    [property: Description("Such as 22:00.")] string From, [property: Description("Such as 07:00.")] string To, string TimeZone);
