using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>mail list | show | send | suspend | resume | cancel</c> and <c>notifications list | show | send</c>.</summary>
internal static class MailCommands
{
    private static readonly Column[] Job =
    [
        Column.Of("Job", "id"), Column.Of("Template", "template"), Column.Of("State", "status"), Column.OfNumber("Total", "progress.total"),
        Column.OfNumber("Sent", "progress.successful"), Column.OfNumber("Failed", "progress.failed"),
        Column.OfMoment("Started", "createdAt"), Column.OfMoment("Ended", "endedAt"),
    ];

    private static readonly Column[] Notification =
    [
        Column.Of("Notification", "id"), Column.Of("Channel", "channel"), Column.Of("Target", "target"), Column.Of("State", "state"),
        Column.OfNumber("Attempts", "attempts"), Column.OfMoment("Due", "due"), Column.OfMoment("Ended", "endedAt"),
        Column.Of("Error", "error"),
    ];

    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.List(
            new CommandSyntax("mail list", "Lists the mail jobs, the newest first.", [], []), "email", "jobs", Job[..^1]),
        commands.Show(
            new CommandSyntax("mail show", "Shows a mail job.", ["ID"], []), "email/{ID}",
            [.. Job, Column.OfNumber("Suppressed", "progress.suppressed"), Column.Of("Recipients", "recipients"), Column.Of(
                "Error", "error")]),
        commands.Change(
            new CommandSyntax("mail send", "Sends one template to many; the job is JSON, @FILE, or - for the input stream.", ["JOB"], []),
            HttpMethod.Post, "email/bulk", "Started", body: 0),
        commands.Change(
            new CommandSyntax("mail suspend", "Lets a mail job send nothing more until it is resumed.", ["ID"], []),
            HttpMethod.Post, "email/{ID}/suspend", "Suspended"),
        commands.Change(
            new CommandSyntax("mail resume", "Lets a suspended mail job go on.", ["ID"], []),
            HttpMethod.Post, "email/{ID}/resume", "Resumed"),
        commands.Change(
            new CommandSyntax("mail cancel", "Cancels a mail job; what is sent is sent.", ["ID"], []),
            HttpMethod.Delete, "email/{ID}", "Cancelled"),
        commands.List(
            new CommandSyntax("notifications list", "Lists notifications.", [], [new("--state", "S", "Only in this state.")]),
            "notifications", "notifications", [.. Notification.Where(column => column.Title != "Ended")]),
        commands.Show(
            new CommandSyntax("notifications show", "Shows where a notification stands.", ["ID"], []), "notifications/{ID}", Notification),
        commands.Change(
            new CommandSyntax("notifications send", "Sends a notification: JSON, @FILE, or - for the input stream.", ["NOTIFICATION"], []),
            HttpMethod.Post, "notifications", "Accepted", body: 0),
    ];
}
