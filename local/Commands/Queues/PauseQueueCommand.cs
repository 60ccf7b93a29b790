using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Pauses a queue, or lets it go on.</summary>
/// <param name="screen">What is written to.</param>
/// <param name="action">The last part of the route.</param>
internal sealed class PauseQueueCommand(IScreen screen, string action)
{
    public const string Pause = "pause";
    public const string Resume = "resume";

    public static CommandSyntax PauseSyntax { get; } = new(
        "queues pause", "Lets a queue take messages in and hand none out; what runs is run to its end.", ["QUEUE"], Switches.WithHost());

    public static CommandSyntax ResumeSyntax { get; } = new(
        "queues resume", "Lets a paused queue hand out messages again.", ["QUEUE"], Switches.WithHost());

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var queue = await api.SendAsync(
            HttpMethod.Post, $"queues/{Uri.EscapeDataString(arguments.GetPositional(0)!)}/{action}", null, cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(queue));
        else screen.WriteLine($"{(action == Pause ? "Paused" : "Resumed")}: {queue.GetProperty("name").GetString()}");
        return 0;
    }
}
