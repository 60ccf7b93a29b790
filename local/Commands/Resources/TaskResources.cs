using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>tasks logs | pause | resume</c>, <c>tenants pause | resume</c>, <c>pauses</c>, <c>limits</c> and <c>batches</c>.</summary>
internal static class TaskResources
{
    private static readonly Column[] BatchCounts =
    [
        Column.OfNumber("Total", "total"), Column.OfNumber("Pending", "pending"), Column.OfNumber("Succeeded", "succeeded"),
        Column.OfNumber("Failed", "failed"), Column.OfNumber("Revoked", "revoked"),
    ];

    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.Show(
            new CommandSyntax("tasks logs", "Shows what a task's handler logged, over all its attempts.", ["ID"], []), "tasks/{ID}/logs",
            [Column.Of("Trace", "traceId"), Column.OfNumber("Lines not kept", "dropped")],
            ("lines",
            [
                Column.OfMoment("Time", "time"), Column.Of("Level", "level"), Column.OfNumber("Attempt", "attempt"),
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
            new CommandSyntax("pauses", "Lists the tasks, tenants, queues and schedules that are paused, and by whom.", [], []),
            "pauses", "pauses",
            Column.Of("What", "kind"), Column.Of("Name", "name"), Column.OfMoment("Since", "since"), Column.FirstOf("By", "breaker", "by"),
            Column.OfMoment("Tries again", "until")),
        commands.List(
            new CommandSyntax("limits", "Lists the limits of how many tasks run at once, or start in a time.", [], []), "limits", "limits",
            [
                Column.Of("Limit", "name"), Column.FirstOf("Of", "queue", "tasks"), Column.Of("Key", "key"),
                Column.Of("Per tenant", "perTenant"), Column.OfNumber("At once", "concurrency"), Column.Of("Rate", "rate"),
                Column.OfNumber("Burst", "burst"), Column.Of("Source", "source"),
            ]),
        commands.Change(
            new CommandSyntax("limits put", "Makes or changes a limit; its definition is JSON, @FILE, or - for the input stream.",
                ["NAME", "DEFINITION"], []), HttpMethod.Put, "limits/{NAME}", "Put", body: 1),
        commands.Change(
            new CommandSyntax("limits remove", "Ends a limit; what waits for it runs as it comes.", ["NAME"], []),
            HttpMethod.Delete, "limits/{NAME}", "Removed"),
        commands.List(
            new CommandSyntax("batches list", "Lists the batches, the newest first.", [], []), "batches", "batches",
            [
                Column.Of("Batch", "id"), Column.Of("State", "state"), .. BatchCounts, Column.OfMoment("Opened", "opened"),
                Column.Of("Description", "description"),
            ]),
        commands.Show(
            new CommandSyntax("batches show", "Shows how far a batch is, and its callbacks.", ["ID"], []), "batches/{ID}",
            [
                Column.Of("Batch", "id"), Column.Of("State", "state"), Column.Of("Description", "description"),
                Column.Of("Parent", "parent"), .. BatchCounts, Column.Of("First failure", "firstFailure"),
                Column.OfMoment("Opened", "opened"), Column.OfMoment("Closed", "closed"), Column.OfMoment("Completed", "completed"),
                Column.Of("Callback error", "callbackError"),
            ],
            ("callbacks", [Column.Of("On", "on"), Column.Of("Task", "task"), Column.Of("Sent as", "taskId")])),
        commands.Change(
            new CommandSyntax("batches open", "Opens a batch; its definition is JSON, @FILE, or - for the input stream.",
                ["[DEFINITION]"], []), HttpMethod.Post, "batches", "Opened", body: 0),
        commands.Change(
            new CommandSyntax("batches close", "Lets only its own tasks add to a batch; it completes with its last member.", ["ID"], []),
            HttpMethod.Post, "batches/{ID}/close", "Closed"),
    ];
}
