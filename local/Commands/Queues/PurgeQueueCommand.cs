using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Deletes what waits in a queue.</summary>
internal sealed class PurgeQueueCommand(IScreen screen, TimeProvider time)
{
    public static CommandSyntax Syntax { get; } = new(
        "queues purge", "Deletes the messages of a queue that wait for a consumer.", ["QUEUE"], Switches.WithHost(OperationWatch.NoWait));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var started = await api.SendAsync(
            HttpMethod.Delete, $"queues/{Uri.EscapeDataString(arguments.GetPositional(0)!)}/messages", null, cancellationToken);
        return await new OperationWatch(screen, time, api, arguments, QueueOperationView.Describe)
            .RunAsync("Purging", started, cancellationToken);
    }
}
