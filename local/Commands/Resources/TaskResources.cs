using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>tasks logs | pause | resume</c>, <c>tenants pause | resume</c>, <c>pauses</c> and <c>limits</c>.</summary>
internal static class TaskResources
{
    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.Show(
            new CommandSyntax("tasks logs", "Shows what a task's handler logged, over all its attempts.", ["ID"], []), "tasks/{ID}/logs",
            [Column.Of("Trace", "traceId"), Column.Number("Lines not kept", "dropped")],
            ("lines",
            [
                Column.Moment("Time", "time"), Column.Of("Level", "level"), Column.Number("Attempt", "attempt"),
                Column.Of("Message", "message"),
            ])),
        commands.Change(
            new CommandSyntax("tasks pause", "Puts messages of a task off until it is resumed; what runs is run to its end.", ["NAME"], []),
            HttpMethod.Post, "tasks/{NAME}/pause", "Paused"),
        commands.Change(
            new CommandSyntax("tasks resume", "Lets a paused task run again, within two minutes.", ["NAME"], []),
            HttpMethod.Post, "tasks/{NAME}/resume", "Resumed"),
        commands.Change(
            new CommandSyntax("tenants pause", "Puts messages of a tenant off until it is resumed.", ["TENANT"], []),
            HttpMethod.Post, "tenants/{TENANT}/pause", "Paused"),
        commands.Change(
            new CommandSyntax("tenants resume", "Lets a paused tenant's tasks run again, within two minutes.", ["TENANT"], []),
            HttpMethod.Post, "tenants/{TENANT}/resume", "Resumed"),
        commands.List(
            new CommandSyntax("pauses", "Lists the tasks and tenants that are paused.", [], []), "pauses", "pauses",
            Column.Of("What", "kind"), Column.Of("Name", "name"), Column.Moment("Since", "since")),
        commands.List(
            new CommandSyntax("limits", "Lists the limits of how many tasks run at once, or start in a time.", [], []), "limits", "limits",
            [
                Column.Of("Limit", "name"), Column.FirstOf("Of", "queue", "tasks"), Column.Of("Key", "key"),
                Column.Of("Per tenant", "perTenant"), Column.Number("At once", "concurrency"), Column.Of("Rate", "rate"),
                Column.Number("Burst", "burst"), Column.Of("Source", "source"),
            ]),
        commands.Change(
            new CommandSyntax("limits put", "Makes or changes a limit; its definition is JSON, @FILE, or - for the input stream.",
                ["NAME", "DEFINITION"], []), HttpMethod.Put, "limits/{NAME}", "Put", body: 1),
        commands.Change(
            new CommandSyntax("limits remove", "Ends a limit; what waits for it runs as it comes.", ["NAME"], []),
            HttpMethod.Delete, "limits/{NAME}", "Removed"),
    ];
}
