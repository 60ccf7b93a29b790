using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.TaskOperations;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Revokes tasks or brings them back: some by their ids, or all that a filter means.</summary>
internal sealed class TaskOperationCommand(TaskOperationKind kind, IScreen screen, TimeProvider time)
{
    private const string All = "--all";
    private const string DryRun = "--dry-run";

    public static CommandSyntax Revoke { get; } = Syntax("tasks revoke", "Revokes tasks, also while they run: by ids, or all that fit.");

    public static CommandSyntax Retry { get; } = Syntax("tasks retry", "Sends tasks again that failed for good: by ids, or all that fit.");

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var ids = arguments.ListPositionals(from: 0);
        var filter = TaskFilterOptions.Read(arguments, time.GetUtcNow()).Where(f => f.Value is not null).ToList();
        var ways = (ids.Count > 0 ? 1 : 0) + (filter.Count > 0 ? 1 : 0) + (arguments.Has(All) ? 1 : 0);
        if (ways != 1) arguments.Refuse($"Give ids, or --state, --task, --queue, --text, --since or --before, or {All} for all tasks.");
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        if (kind == TaskOperationKind.Revoke && ids is [var id] && !arguments.Has(DryRun))
            return await RevokeAsync(api, arguments, id, cancellationToken);
        var body = new JsonObject { ["kind"] = kind == TaskOperationKind.Revoke ? "revoke" : "retry" };
        if (ids.Count > 0) body["ids"] = new JsonArray([.. ids.Select(i => JsonValue.Create(i))]);
        foreach (var (name, value) in filter) body[name] = value;
        if (arguments.Has(All)) body["all"] = true;
        if (arguments.Has(DryRun)) body["dryRun"] = true;
        var answer = await api.SendAsync(HttpMethod.Post, "tasks/operations", body, cancellationToken);
        if (arguments.Has(DryRun)) return Preview(arguments, answer);
        return await new OperationWatch(screen, time, api, arguments, Describe)
            .RunAsync(kind == TaskOperationKind.Revoke ? "Revoking" : "Sending again", answer, cancellationToken);
    }

    private static CommandSyntax Syntax(string name, string summary) => new(name, summary, ["[ID...]"], Switches.WithHost(
    [
        .. TaskFilterOptions.All, new(All, null, "All tasks."), new(DryRun, null, "Only says how many are meant."), OperationWatch.NoWait,
    ]));

    private async Task<int> RevokeAsync(HostApi api, Arguments arguments, string id, CancellationToken cancellationToken)
    {
        await api.SendAsync(HttpMethod.Delete, $"tasks/{Uri.EscapeDataString(id)}", null, cancellationToken);
        screen.WriteLine(arguments.Has(Switches.Json.Name) ? JsonSerializer.Serialize(new { id }) : $"Revoked: {id}");
        return 0;
    }

    private int Preview(Arguments arguments, JsonElement answer)
    {
        var count = answer.GetProperty("count").GetInt32();
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else screen.WriteLine(
            $"{(answer.GetProperty("isExact").GetBoolean() ? "" : "At least ")}{Texts.Count(count, "task")} would be " +
            (kind == TaskOperationKind.Revoke ? "revoked." : "sent again."));
        return 0;
    }

    private string Describe(JsonElement json)
    {
        var progress = json.Deserialize<TaskOperationProgress>(QueueJson.Options)!;
        var (done, passed) = kind == TaskOperationKind.Revoke
            ? ("revoked", "had ended by then") : ("sent again", "no longer among the dead letters");
        return $"{Texts.FormatNumber(progress.Done)} {done}"
            + (progress.Passed > 0 ? $", {Texts.FormatNumber(progress.Passed)} {passed}" : "");
    }
}
