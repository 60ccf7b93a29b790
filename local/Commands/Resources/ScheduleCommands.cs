using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>schedules list | show | put | run | pause | resume | remove</c>.</summary>
internal static class ScheduleCommands
{
    private static readonly Column When = Column.FirstOf("When", "definition.cron", "definition.interval");
    private static readonly Column What = Column.FirstOf("What", "definition.task", "definition.workflow");
    private static readonly Column Next = Column.OfMoment("Next", "nextRuns");
    private static readonly Column Last = Column.OfMoment("Last", "lastRun.started");

    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.List(
            new CommandSyntax("schedules list", "Lists the schedules.", [], []), "schedules", "schedules",
            Column.Of("Schedule", "name"), When, Column.Of("Zone", "definition.timeZone"), What, Next, Last,
            Column.OfNumber("Missed", "missed"), Column.OfNumber("Failed", "failed")),
        commands.Show(
            new CommandSyntax("schedules show", "Shows a schedule with its next due times.", ["NAME"], []), "schedules/{NAME}",
            [
                Column.Of("Schedule", "name"), When, Column.Of("Zone", "definition.timeZone"), What,
                Column.Of("Arguments", "definition.args"), Column.Of("Enabled", "definition.enabled"),
                Column.OfMoment("Paused", "paused.since"), Column.Of("Paused by", "paused.by"), Next, Last,
                Column.Of("Last run", "lastRun.id"), Column.OfNumber("Started", "started"), Column.OfNumber("Skipped", "skipped"),
                Column.OfNumber("Missed", "missed"), Column.OfNumber("Failed", "failed"), Column.Of("Error", "lastError"),
            ]),
        commands.Change(
            new CommandSyntax("schedules put", "Makes or changes a schedule; its definition is JSON, @FILE, or - for the input stream.",
                ["NAME", "DEFINITION"], []), HttpMethod.Put, "schedules/{NAME}", "Put", body: 1),
        commands.Change(
            new CommandSyntax("schedules run", "Runs a schedule's task or workflow now, beside its due times.", ["NAME"], []),
            HttpMethod.Post, "schedules/{NAME}/run", "Started"),
        commands.Change(
            new CommandSyntax("schedules pause", "Lets a schedule's due times pass.", ["NAME"], []),
            HttpMethod.Post, "schedules/{NAME}/pause", "Paused"),
        commands.Change(
            new CommandSyntax("schedules resume", "Lets a paused schedule go on.", ["NAME"], []),
            HttpMethod.Post, "schedules/{NAME}/resume", "Resumed"),
        commands.Change(
            new CommandSyntax("schedules remove", "Removes a schedule; what it has started goes on.", ["NAME"], []),
            HttpMethod.Delete, "schedules/{NAME}", "Removed"),
    ];
}
