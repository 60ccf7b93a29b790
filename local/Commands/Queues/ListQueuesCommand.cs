using System.Globalization;
using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Jobs;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Lists the queues, or the lanes of one.</summary>
internal sealed class ListQueuesCommand(IScreen screen)
{
    private const string Paused = "paused";

    private static readonly OptionSyntax Connection = new(
        "--connection", null, "Shows the connection strings of the local host's broker, for clients of Service Bus.");

    public static CommandSyntax Syntax { get; } = new(
        "queues", "Lists the queues with what they hold, or the lanes of one.", ["[QUEUE]"], Switches.WithHost(Connection, Switches.Watch));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        var folder = new SessionOptions(arguments.GetText(SessionOptions.Data.Name), Port: 0).Folder;
        var connection = arguments.Has(Connection.Name);
        arguments.Check();
        if (connection) return ShowConnection(folder, arguments.Has(Switches.Json.Name));

        using var api = new HostApi(target);
        var name = arguments.GetPositional(0);
        var answer = await api.GetAsync(name is null ? "queues" : $"queues/{Uri.EscapeDataString(name)}", cancellationToken);
        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(answer));
        else if (name is null)
            screen.WriteTable(
                Headings("Queue"), answer.GetProperty("queues")
                    .Deserialize<List<QueueStatus>>(QueueJson.Options)!.Select(Row));
        else screen.WriteTable(
            Headings("Lane"), answer.Deserialize<QueueStatus>(
                QueueJson.Options)!.Lanes.Select(Row));
        return 0;
    }

    private int ShowConnection(string folder, bool json)
    {
        var host = HostAddress.Read(folder) ?? throw new CommandFailedException($"No host is at work on {folder}; start it first.");
        if (host.ServiceBus is null)
            throw new CommandFailedException("The host has no broker of its own: it uses the one that the setting ServiceBus names.");
        if (json)
        {
            screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(
                new { clients = host.ServiceBus, administration = host.ServiceBusAdministration })));
            return 0;
        }

        screen.WriteLine($"Clients:        {host.ServiceBus}");
        screen.WriteLine($"Administration: {host.ServiceBusAdministration}");
        return 0;
    }

    // A rate says over which time.
    private static string[] Headings(string first) =>
    [
        first, "Active", "Scheduled", "Dead",
        string.Create(CultureInfo.InvariantCulture, $"Runs/min, {QueueStatus.Last.TotalMinutes:0} min"), "Mean", "State",
    ];

    private static string[] Row(QueueStatus queue) =>
        Row(queue.Name, queue.Active, queue.Scheduled, queue.DeadLettered, queue.RunsPerMinute, queue.MeanMs, State(queue));

    private static string[] Row(LaneStatus lane) =>
        Row(lane.Name, lane.Active, lane.Scheduled, lane.DeadLettered, lane.RunsPerMinute, lane.MeanMs, lane.Paused ? Paused : "");

    private static string State(QueueStatus queue) => queue.Paused ? Paused : queue.Lanes.Any(lane => lane.Paused) ? "partly paused" : "";

    private static string[] Row(string name, long active, long scheduled, long dead, double rate, double? mean, string state) =>
    [
        name, Texts.FormatNumber(active), Texts.FormatNumber(scheduled), Texts.FormatNumber(dead),
        rate.ToString("0.##", CultureInfo.InvariantCulture), mean is { } ms
            ? Texts.FormatDuration(TimeSpan.FromMilliseconds(ms)) : "", state,
    ];
}
