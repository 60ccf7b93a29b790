using System.Globalization;
using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Shows the oldest messages of a queue.</summary>
internal sealed class PeekQueueCommand(IScreen screen)
{
    private const int Max = 250;

    public static CommandSyntax Syntax { get; } = new(
        "queues peek", "Shows the oldest messages of a queue, and leaves them there.", ["QUEUE"], Switches.WithHost(
        new OptionSyntax("--top", "N", "At most so many; 50 unless given.")));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var top = arguments.GetInteger("--top", 1, Max);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var path = HostApi.BuildPath(
            $"queues/{Uri.EscapeDataString(arguments.GetPositional(0)!)}/messages", ("size", top?.ToString(CultureInfo.InvariantCulture)));
        var answer = await api.GetAsync(path, cancellationToken);
        var messages = answer.Deserialize<WaitingPage>(QueueJson.Options)!.Messages;
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else if (messages.Count == 0) screen.WriteLine("No messages.");
        else screen.WriteTable(["Id", "Task", "Lane", "State", "Sent", "Due", "Deliveries", "Size"], messages.Select(Row));
        return 0;
    }

    private static string[] Row(WaitingMessage message) =>
    [
        message.Id, message.Task
            ?? "", message.Lane, message.State.ToString(), Texts.FormatTime(message.Enqueued), Texts.FormatTime(message.Due),
        Texts.FormatNumber(message.Deliveries), Sizes.Format(message.Bytes),
    ];
}
