using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Deletes dead letters.</summary>
internal sealed class PurgeDeadLettersCommand(IScreen screen, TimeProvider time)
{
    public static CommandSyntax Syntax { get; } = new(
        "deadletters purge", "Deletes dead letters.", ["QUEUE", "[ID...]"], Switches.WithHost(
            [.. DeadLetterOptions.WithGroup, DeadLetterOptions.All, OperationWatch.NoWait]));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var ids = arguments.ListPositionals(from: 1);
        var filter = DeadLetterOptions.ReadMeant(arguments, time.GetUtcNow(), ids);
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var queue = arguments.GetPositional(0)!;
        await filter.RequireGroupAsync(api, queue, cancellationToken);
        var path = HostApi.BuildPath(
            $"queues/{Uri.EscapeDataString(queue)}/deadletters",
            [.. ids.Select(
                id => ("id", (string?)id)), .. filter.ToQuery(), ("all", arguments.Has(DeadLetterOptions.All.Name) ? "true" : null)]);
        var started = await api.SendAsync(HttpMethod.Delete, path, null, cancellationToken);
        return await new OperationWatch(screen, time, api, arguments, QueueOperationView.Describe)
            .RunAsync("Purging", started, cancellationToken);
    }
}
