using System.Text.Json;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Lists tasks.</summary>
internal sealed class ListTasksCommand(IScreen screen, TimeProvider time)
{
    private const int Default = 50;
    private const int Max = 10_000;
    private const int PageSize = 1000;

    public static CommandSyntax Syntax { get; } = new("tasks list", "Lists tasks.", [], Switches.WithHost(
        [.. TaskFilterOptions.All, new("--top", "N", $"At most so many; {Default} unless given."), Switches.Watch]));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var filter = TaskFilterOptions.Read(arguments, time.GetUtcNow());
        var top = arguments.GetInteger("--top", 1, Max) ?? Default;
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var tasks = await api.ReadListAsync("tasks", "tasks", top, PageSize, filter, cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(tasks)));
        else if (tasks.Count == 0) screen.WriteLine("No such tasks.");
        else screen.WriteTable(
            ["Task", "Name", "State", "Attempt", "Sent", "Progress or error"], tasks.Select(
                task => Row(task.Deserialize<TaskRecord>(AppJson.Options)!)));
        return 0;
    }

    private static string[] Row(TaskRecord task) =>
        [task.Id, task.Task
            ?? "", TaskView.FormatState(task), Texts.FormatNumber(task.Attempt), Texts.FormatTime(task.Enqueued), Texts.Shorten(
                TaskView.FormatError(task.Error) ?? TaskView.FormatProgress(task.Progress))];
}
