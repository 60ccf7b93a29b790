using System.Text.Json;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;
using Serverless.Tasks.Store;

namespace Serverless.Local.Commands.Tasks;

/// <summary>Shows where a task stands.</summary>
internal sealed class ShowTaskCommand(IScreen screen)
{
    public static CommandSyntax Syntax { get; } = new(
        "tasks show", "Shows a task's state, progress, result or error.", ["ID"], Switches.WithHost());

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var answer = await api.GetAsync($"tasks/{Uri.EscapeDataString(arguments.GetPositional(0)!)}", cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else TaskView.Show(screen, answer.Deserialize<TaskRecord>(AppJson.Options)!);
        return 0;
    }
}
