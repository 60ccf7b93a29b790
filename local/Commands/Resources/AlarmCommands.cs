using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>alarms list | show | put | remove</c>.</summary>
internal static class AlarmCommands
{
    private static readonly Column[] Alarm =
    [
        Column.Of("Alarm", "name"), Column.Of("When", "definition.when"),
        Column.FirstOf("Of", "definition.schedule", "definition.queue", "definition.task"),
        Column.FirstOf("Above", "definition.after", "definition.above"), Column.Of("Enabled", "definition.enabled"),
        Column.Of("Raised", "isRaised"), Column.Of("For", "causes.name"), Column.OfMoment("Last told", "lastTold"),
    ];

    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.List(new CommandSyntax("alarms list", "Lists the alarms, and what is wrong.", [], []), "alarms", "alarms", Alarm),
        commands.Show(
            new CommandSyntax("alarms show", "Shows an alarm, and all that is wrong.", ["NAME"], []), "alarms/{NAME}",
            [
                .. Alarm, Column.Of("Quiet", "definition.quiet"), Column.Of("Mail", "definition.emails"),
                Column.Of("Webhook", "definition.webhooks"), Column.OfNumber("Messages", "told"), Column.OfMoment("Created", "created"),
                Column.OfMoment("Changed", "updated"),
            ],
            ("causes", [Column.Of("Wrong", "name"), Column.OfMoment("Since", "since"), Column.OfMoment("Told", "told")])),
        commands.Change(
            new CommandSyntax("alarms put", "Makes or changes an alarm; its definition is JSON, @FILE, or - for the input stream.",
                ["NAME", "DEFINITION"], []), HttpMethod.Put, "alarms/{NAME}", "Put", body: 1),
        commands.Change(
            new CommandSyntax("alarms remove", "Ends an alarm; nobody is told.", ["NAME"], []),
            HttpMethod.Delete, "alarms/{NAME}", "Removed"),
    ];
}
