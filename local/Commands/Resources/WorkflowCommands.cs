using System.Text.Json;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands.Resources;

/// <summary>
/// <c>workflows list | show | put | remove | start</c> and <c>runs list | show | signal | suspend | resume | cancel | rerun</c>;
/// <see cref="ApprovalCommands"/> has the others.
/// </summary>
internal static class WorkflowCommands
{
    private static readonly OptionSyntax Reason = new("--reason", "TEXT", "Kept with the run.");

    private static readonly Column[] Run =
    [
        Column.Of("Run", "id"), Column.Of("Workflow", "workflow"), Column.OfNumber("Version", "version"), Column.Of("State", "status"),
        Column.OfNumber("Steps", "totalSteps"), Column.OfMoment("Started", "created"), Column.OfMoment("Ended", "ended"),
    ];

    private static readonly Column[] Step =
    [
        Column.Of("Step", "name"), Column.Of("Type", "type"), new("State", StateOf), Column.OfNumber("Attempts", "attempts"),
        Column.OfMoment("Started", "started"), Column.OfMoment("Ended", "ended"),
        Column.FirstOf("Result or error", "error.message", "error", "result"), Column.Of("Undone by", "undoId"),
    ];

    // Whom a run waits for is what people look for first.
    private static string StateOf(JsonElement step)
    {
        var state = Column.Of("", "status").Text(step);
        if (state != "waiting") return state;
        var until = Column.OfMoment("", "until").Text(step);
        return $"waiting for {Column.Of("", "signal").Text(step)}{(until.Length > 0 ? $" until {until}" : "")}";
    }

    public static IEnumerable<Command> CreateAll(ResourceCommands commands) =>
    [
        commands.List(
            new CommandSyntax("workflows list", "Lists the workflows.", [], []), "workflows", "workflows",
            Column.Of("Workflow", "name"), Column.OfNumber("Version", "version"), Column.OfNumber("Steps", "steps"),
            Column.OfMoment("Registered", "registered"), Column.Of("Description", "description")),
        commands.Show(
            new CommandSyntax("workflows show", "Shows a workflow and its steps; --json shows its definition.", ["NAME"],
                [new("--version", "N", "Not the current one.")]), "workflows/{NAME}",
            [
                Column.Of("Workflow", "definition.name"), Column.OfNumber("Version", "definition.version"),
                Column.Of("Description", "definition.description"),
            ]),
        commands.Change(
            new CommandSyntax("workflows put", "Registers a version of a workflow; its definition is JSON, @FILE, or - for the " +
                "input stream.",
                ["NAME", "DEFINITION"], [new("--dryRun", null, "Names its faults, and registers nothing.")]),
            HttpMethod.Put, "workflows/{NAME}", "Registered", body: 1),
        commands.Change(
            new CommandSyntax("workflows remove", "Deletes a workflow; its runs go on.", ["NAME"], []),
            HttpMethod.Delete, "workflows/{NAME}", "Removed"),
        commands.Change(
            new CommandSyntax("workflows start", "Starts a run: {\"input\": {...}, \"runId\": \"...\", \"tags\": [\"...\"]}, all optional.",
                ["NAME", "[REQUEST]"], []), HttpMethod.Post, "workflows/{NAME}/runs", "Started", body: 1),
        commands.List(
            new CommandSyntax("runs list", "Finds runs of workflows, the newest first.", [],
                [
                    new("--state", "S", "Only in this state."), new("--workflow", "NAME", "Only of this workflow."),
                    new("--text", "TEXT", "Only with this text in the id or error."),
                    new("--tag", "TAG", "Only with this tag."),
                    .. OptionSyntax.CreateTimes("were asked for"),
                ]),
            "workflows/runs", "runs", Run[..^1]),
        commands.Show(
            new CommandSyntax("runs show", "Shows a run and its steps.", ["ID"], []), "workflows/runs/{ID}",
            [.. Run, Column.OfNumber("Steps ended", "endedSteps"), Column.FirstOf("Error", "error.message", "error"), Column.Of(
                "Output", "output")],
            ("steps", Step)),
        commands.Change(
            new CommandSyntax("runs signal", "Sends a signal to a run, for the step that waits for it.", ["ID", "NAME"], []),
            HttpMethod.Post, "workflows/runs/{ID}/signals/{NAME}", "Signalled",
            parts: new BodyPart(new("--data", "JSON", "The payload, an object: JSON, @FILE, or - for the input stream."))),
        commands.Change(
            new CommandSyntax("runs suspend", "Lets a run begin nothing more until it is resumed.", ["ID"], [Reason]),
            HttpMethod.Post, "workflows/runs/{ID}/suspend", "Suspended"),
        commands.Change(
            new CommandSyntax("runs resume", "Lets a suspended run go on.", ["ID"], [Reason]),
            HttpMethod.Post, "workflows/runs/{ID}/resume", "Resumed"),
        commands.Change(
            new CommandSyntax("runs cancel", "Cancels a run; what has not begun never does.", ["ID"],
                [Reason, new("--undo", "[true|false]", "Undoes what was done, or not; the definition says it unless given.")]),
            HttpMethod.Delete, "workflows/runs/{ID}", "Cancelled"),
        commands.Change(
            new CommandSyntax("runs rerun", "Runs a failed or cancelled run again, from where it failed; with --input or --from any.",
                ["ID"], []),
            HttpMethod.Post, "workflows/runs/{ID}/rerun", "Started",
            parts:
            [
                new(new("--input", "JSON", "Another input: JSON, @FILE, or - for the input stream."), "input"),
                new(new("--from", "STEP", "Keeps the results of the steps before this one."), "from", IsJson: false),
                new(new("--id", "ID", "The new run's id: the same id twice is one run."), "runId", IsJson: false),
            ]),
    ];
}
