using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml;
using Cronos;
using Serverless.Http;

namespace Serverless.Schedules.Endpoints;

/// <summary>
/// Validates what a schedule is put with, all of it at once; whether the task takes its arguments is the target's to say.
/// </summary>
internal static partial class ScheduleRequestReader
{
    private const int MaxTextLength = 256;
    private const int MaxJitterSeconds = 3_600;
    private static readonly string[] OfTasks = ["args", "queue", "priority", "tenant"];
    private static readonly string[] OfWorkflows = ["input"];
    private static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxInterval = TimeSpan.FromDays(366);

    /// <summary>Reads the definition; what is at fault is noted and left out.</summary>
    public static ScheduleDefinition Read(JsonObject json, DateTimeOffset now, ValidationErrors faults)
    {
        var reader = new OptionReader(json, faults);
        var definition = new ScheduleDefinition
        {
            Cron = ReadCron(reader, faults),
            Interval = ReadInterval(reader, faults),
            TimeZone = ReadZone(reader, faults),
            From = ReadTime(reader, "from", faults),
            Until = ReadTime(reader, "until", faults),
            Task = ReadText(reader, "task", faults),
            Args = reader.ReadNode("args") is { } args ? JsonSerializer.SerializeToElement(args) : null,
            Queue = ReadText(reader, "queue", faults),
            Priority = reader.ReadInteger("priority", 0, 255) ?? 0,
            Tenant = ReadText(reader, "tenant", faults),
            Workflow = ReadText(reader, "workflow", faults),
            Input = reader.ReadNode("input") is { } input ? JsonSerializer.SerializeToElement(input) : null,
            Enabled = reader.ReadBoolean("enabled") ?? true,
            Overlap = reader.ReadChoice("overlap", ("skip", OverlapRule.Skip), ("queue", OverlapRule.Queue), ("allow", OverlapRule.Allow))
                ?? OverlapRule.Skip,
            CatchUp = reader.ReadChoice("catchUp", ("none", CatchUpRule.None), ("last", CatchUpRule.Last), ("all", CatchUpRule.All))
                ?? CatchUpRule.Last,
            JitterSeconds = reader.ReadInteger("jitterSeconds", 0, MaxJitterSeconds) ?? 0,
        };
        reader.RefuseOthers();
        if (json["cron"] is null == json["interval"] is null) faults.Add("cron", "Give \"cron\" or \"interval\", one of the two.");
        if (json["task"] is null == json["workflow"] is null) faults.Add("task", "Give \"task\" or \"workflow\", one of the two.");
        foreach (var member in json["workflow"] is null ? OfWorkflows : OfTasks)
        {
            if (json[member] is not null) faults.Add(member, json["workflow"] is null ? "Is for workflows only." : "Is for tasks only.");
        }

        if (definition.Until <= (definition.From ?? now)) faults.Add("until", "Must be after \"from\", and in the future.");
        if (!faults.Any) CheckTimes(definition with { From = definition.From ?? now }, now, faults);
        return definition;
    }

    private static string? ReadCron(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadText("cron") is not { } text) return null;
        try
        {
            DueTimes.ParseCron(text);
            return text;
        }
        catch (CronFormatException e)
        {
            faults.Add(
                "cron",
                $"Is no cron expression: {e.Message} Give minute, hour, day, month and weekday, such as \"30 2 * * MON-FRI\", with the " +
                $"second before them if need be.");
            return null;
        }
    }

    private static TimeSpan? ReadInterval(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadText("interval") is not { } text) return null;
        if (Duration().IsMatch(text))
        {
            var interval = XmlConvert.ToTimeSpan(text);
            if (interval >= MinInterval && interval <= MaxInterval) return interval;
        }

        faults.Add("interval", "Must be an ISO 8601 duration in days, hours, minutes and seconds from PT1S to P366D, such as \"PT15M\".");
        return null;
    }

    private static string ReadZone(OptionReader reader, ValidationErrors faults)
    {
        if (reader.ReadText("timeZone") is not { } text) return "UTC";
        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) && zone.HasIanaId) return text;
        faults.Add("timeZone", "Must be the IANA name of a time zone, such as \"Europe/Berlin\".");
        return "UTC";
    }

    private static DateTimeOffset? ReadTime(OptionReader reader, string name, ValidationErrors faults)
    {
        if (reader.ReadText(name) is not { } text) return null;
        if (UtcTime.TryParse(text, out var time) && time.Year is >= 2000 and < 2100) return time;
        faults.Add(
            name, "Must be an ISO 8601 time from the year 2000 to 2099, such as \"2026-01-31T12:00:00Z\"; without an offset it is UTC.");
        return null;
    }

    private static string? ReadText(OptionReader reader, string name, ValidationErrors faults)
    {
        if (reader.ReadText(name) is not { } text) return null;
        if (text.Length is > 0 and <= MaxTextLength) return text;
        faults.Add(name, string.Create(CultureInfo.InvariantCulture, $"Must have 1 to {MaxTextLength} characters."));
        return null;
    }

    private static void CheckTimes(ScheduleDefinition definition, DateTimeOffset now, ValidationErrors faults)
    {
        var upcoming = DueTimes.Of(definition).ListUpcoming(now, 10).ToList();
        if (upcoming.Count == 0) faults.Add(definition.Cron is null ? "interval" : "cron", "Names no time that ever comes.");

        // Otherwise a run could start after the next one.
        if (upcoming.Zip(upcoming.Skip(1)).Any(p => p.Second - p.First <= TimeSpan.FromSeconds(definition.JitterSeconds)))
            faults.Add("jitterSeconds", "Must be shorter than the time from one run to the next.");
    }

    [GeneratedRegex(@"^P(?=.)(\d{1,4}D)?(T(?=.)(\d{1,6}H)?(\d{1,8}M)?(\d{1,9}S)?)?\z")]
    private static partial Regex Duration();
}
