using System.Globalization;
using System.Text.Json;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;
using Serverless.Tasks;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Lists tasks.</summary>
internal sealed class ListTasksCommand(IScreen screen, TimeProvider time)
{
    private const int Default = 50;
    private const int Max = 10_000;
    private const int PageSize = 1000;

    private static readonly string[] States = [.. Enum.GetNames<TaskState>().Select(name => name.ToUpperInvariant())];

    public static CommandSyntax Syntax { get; } = new("tasks list", "Lists tasks.", [], Switches.WithHost(
        new("--state", "S", $"Only in this state: {string.Join(", ", States)}."),
        new("--task", "NAME", "Only of this name."),
        new("--since", "T", "Only those that were sent since: a time, or ago 90s, 5m, 2h, 1d."),
        new("--top", "N", $"At most so many; {Default} unless given.")));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var state = arguments.Choice("--state", States);
        var since = arguments.Moment("--since", time.GetUtcNow(), past: true);
        var top = arguments.Integer("--top", 1, Max) ?? Default;
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var tasks = await ReadAsync(api, state, arguments.Text("--task"), since, top, cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.Line(Texts.Json(JsonSerializer.SerializeToElement(tasks)));
        else if (tasks.Count == 0) screen.Line("No such tasks.");
        else screen.Table(
            ["Task", "Name", "State", "Attempt", "Sent", "Progress or error"], tasks.Select(
                task => Row(task.Deserialize<TaskRecord>(AppJson.Options)!)));
        return 0;
    }

    // The host's pages are in no order, and one may be empty although another follows.
    private static async Task<IReadOnlyList<JsonElement>> ReadAsync(
        HostApi api, string? state, string? task, DateTimeOffset? since, int top, CancellationToken cancellationToken)
    {
        var found = new List<JsonElement>();
        string? after = null;
        do
        {
            var page = await api.GetAsync(
                HostApi.Path(
                    "tasks",
                    ("state", state),
                    ("task", task),
                    ("since", since?.ToString("O", CultureInfo.InvariantCulture)),
                    ("size", Math.Min(PageSize, top).ToString(CultureInfo.InvariantCulture)),
                    ("after", after)),
                cancellationToken);
            found.AddRange(page.GetProperty("tasks").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null && found.Count < top);

        return [.. found.Take(top).OrderByDescending(Sent)];
    }

    private static DateTimeOffset Sent(JsonElement task) =>
        task.TryGetProperty("enqueued", out var sent) ? sent.GetDateTimeOffset() : DateTimeOffset.MinValue;

    private static string[] Row(TaskRecord task) =>
        [task.Id, task.Task
            ?? "", TaskView.State(task), Texts.Number(task.Attempt), Texts.Moment(task.Enqueued), Texts.Short(
                TaskView.Error(task.Error) ?? TaskView.Progress(task.Progress))];
}
