using System.Globalization;
using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Lists the queues, or the lanes of one.</summary>
internal sealed class ListQueuesCommand(IScreen screen)
{
    public static CommandSyntax Syntax { get; } = new(
        "queues", "Lists the queues with what they hold, or the lanes of one.", ["[QUEUE]"], Switches.WithHost());

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var name = arguments.Positional(0);
        var answer = await api.GetAsync(name is null ? "queues" : $"queues/{Uri.EscapeDataString(name)}", cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.Line(Texts.Json(answer));
        else if (name is null)
            screen.Table(
                ["Queue", "Active", "Scheduled", "Dead", "Runs/min, 15 min", "Mean"], answer.GetProperty("queues")
                    .Deserialize<List<QueueStatus>>(QueueJson.Options)!.Select(Row));
        else screen.Table(
            ["Lane", "Active", "Scheduled", "Dead", "Runs/min, 15 min", "Mean"], answer.Deserialize<QueueStatus>(
                QueueJson.Options)!.Lanes.Select(Row));
        return 0;
    }

    private static string[] Row(QueueStatus queue) =>
        Row(queue.Name, queue.Active, queue.Scheduled, queue.DeadLettered, queue.RunsPerMinute, queue.MeanMs);

    private static string[] Row(LaneStatus lane) =>
        Row(lane.Name, lane.Active, lane.Scheduled, lane.DeadLettered, lane.RunsPerMinute, lane.MeanMs);

    private static string[] Row(string name, long active, long scheduled, long dead, double rate, double? mean) =>
    [
        name, Texts.Number(active), Texts.Number(scheduled), Texts.Number(dead),
        rate.ToString("0.##", CultureInfo.InvariantCulture), mean is { } ms ? Texts.Duration(TimeSpan.FromMilliseconds(ms)) : "",
    ];
}
