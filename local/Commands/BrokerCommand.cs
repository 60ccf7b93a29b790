using Microsoft.Extensions.Logging;
using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Queues;
using Serverless.Local.Screens;
using Serverless.Local.ServiceBus;

namespace Serverless.Local.Commands;

/// <summary>The broker alone, for clients of every language, until it is told to stop.</summary>
internal sealed class BrokerCommand(IScreen screen, TimeProvider time)
{
    private const int MaxPort = 65_535;

    public static CommandSyntax Syntax { get; } = new(
        "broker", "Runs the Service Bus broker alone until Ctrl+C: AMQP 1.0 for any client.", [],
    [
        new("--port", "N", "The port of AMQP, 0 for one that is free; 5672 unless given."),
        new("--admin-port", "N", "The port of the administration client, 0 for one that is free; 5300 unless given."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var port = arguments.GetInteger("--port", 0, MaxPort) ?? LocalServiceBusOptions.DefaultPort;
        var administrationPort = arguments.GetInteger("--admin-port", 0, MaxPort) ?? LocalServiceBusOptions.DefaultAdministrationPort;
        var folder = new SessionOptions(arguments.GetText(SessionOptions.Data.Name), 0).Folder;
        arguments.Check();

        var options = LocalQueues.CreateOptions(folder, port, administrationPort);
        using var logging = LoggerFactory.Create(
            builder => builder.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
                .SetMinimumLevel(LogLevel.Warning));
        await using var bus = await LocalServiceBus.StartAsync(options, time, logging, cancellationToken);
        screen.WriteLine($"Queues:         {string.Join(", ", options.Queues.Select(queue => queue.Name))}");
        screen.WriteLine($"Data:           {options.Path}");
        screen.WriteLine($"Clients:        {bus.ConnectionString}");
        screen.WriteLine($"Administration: {bus.AdministrationConnectionString}");
        screen.WriteLine();
        screen.WriteLine("Ctrl+C stops the broker.");
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));
        return 0;
    }
}
