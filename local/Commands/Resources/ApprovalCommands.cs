using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Resources;

/// <summary><c>runs approve | reject</c>: decide what a run, or a child workflow of it, waits for.</summary>
internal sealed class ApprovalCommands(IScreen screen)
{
    private const int MaxRuns = 100;

    private static readonly OptionSyntax[] Options =
    [
        new("--reason", "TEXT", "Kept with the decision, as its comment."), new("--by", "NAME", "Who decides; kept with the decision."),
    ];

    public IEnumerable<Command> CreateAll =>
    [
        Create("runs approve", "Approves what a run waits for, and lets it go on.", isApproved: true),
        Create("runs reject", "Rejects what a run waits for.", isApproved: false),
    ];

    private Command Create(string name, string summary, bool isApproved) => new(
        new CommandSyntax(name, $"{summary} STEP is needed where several steps wait.", ["ID", "[STEP]"], Switches.WithHost(Options)),
        (arguments, token) => DecideAsync(arguments, isApproved, token));

    private async Task<int> DecideAsync(Arguments arguments, bool isApproved, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        var decision = new JsonObject { ["approved"] = isApproved };
        if (arguments.GetText("--by") is { } by) decision["by"] = by;
        if (arguments.GetText("--reason") is { } reason) decision["comment"] = reason;
        arguments.Check();

        using var api = new HostApi(target);
        var approvals = await ListAsync(api, arguments.GetPositional(0)!, cancellationToken);
        var approval = Choose(approvals, arguments.GetPositional(0)!, arguments.GetPositional(1));
        var path = $"workflows/runs/{Uri.EscapeDataString(approval.Run)}/signals/{Uri.EscapeDataString(approval.Step)}";
        var answer = await api.SendAsync(HttpMethod.Post, path, decision, cancellationToken);

        // Of a step that has ended meanwhile a signal changes nothing.
        if (Column.Of("", "status").Text(answer) is { } state and not ("pending" or "waiting")) throw Late(approval with { State = state });
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else screen.WriteLine($"{(isApproved ? "Approved" : "Rejected")}: {approval.Step} of {approval.Run}");
        return 0;
    }

    /// <summary>The approvals of a run, and of the child workflows that it waits for.</summary>
    private static async Task<IReadOnlyList<Approval>> ListAsync(HostApi api, string id, CancellationToken cancellationToken)
    {
        var approvals = new List<Approval>();
        var runs = new Queue<string>([id]);
        for (var looked = 0; looked < MaxRuns && runs.TryDequeue(out var run); looked++)
        {
            var answer = await api.GetAsync($"workflows/runs/{Uri.EscapeDataString(run)}", cancellationToken);
            foreach (var step in answer.GetProperty("steps").EnumerateArray())
            {
                var (type, state, work) = (Text(step, "type"), Text(step, "status"), Text(step, "workId"));
                if (type == "approval") approvals.Add(new Approval(run, Text(step, "name"), state));
                else if (type == "workflow" && state == "running" && work.Length > 0) runs.Enqueue(work);
            }
        }

        return approvals;
    }

    private static Approval Choose(IReadOnlyList<Approval> approvals, string run, string? step)
    {
        var meant = approvals.Where(a => step is null ? a.IsWaiting : a.Step == step).ToList();

        // A child workflow may have a step of the same name.
        if (meant.Count > 1 && meant.Where(a => a.IsWaiting).ToList() is { Count: > 0 } waiting) meant = waiting;
        if (meant.Count > 1)
        {
            throw new HostRefusedException(
                $"Several steps wait for a decision: {string.Join(", ", meant.Select(a => $"{a.Step} of {a.Run}"))}. " +
                "Name the step, or its own run.");
        }

        if (meant.Count == 1) return meant[0].IsFinal ? throw Late(meant[0]) : meant[0];
        var others = approvals.Count == 0 ? "It has no step for that."
            : $"Its steps for that: {string.Join(", ", approvals.Select(a => $"{a.Step} ({a.State})"))}.";
        throw new HostRefusedException(
            step is null ? $"The run '{run}' waits for no decision. {others}" : $"The run '{run}' has no approval '{step}'. {others}");
    }

    private static HostRefusedException Late(Approval approval) =>
        new($"The step '{approval.Step}' waits for no decision any more: it is {approval.State}.");

    private static string Text(JsonElement step, string member) =>
        step.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private sealed record Approval(string Run, string Step, string State)
    {
        public bool IsWaiting => State == "waiting";

        public bool IsFinal => State is not ("pending" or "waiting");
    }
}
