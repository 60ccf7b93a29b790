using System.Text.Json.Nodes;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Commands.Tasks;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Sends dead letters again.</summary>
internal sealed class RequeueDeadLettersCommand(IScreen screen, TimeProvider time)
{
    private const int MaxCanaries = 100;

    public static CommandSyntax Syntax { get; } = new(
        "deadletters requeue", "Sends dead letters again, in their order and under their ids.", ["QUEUE", "[ID...]"], Switches.WithHost(
    [
        .. DeadLetterOptions.WithGroup,
        DeadLetterOptions.All,
        new("--args", "JSON", "New arguments, for one id or the tasks of one name: JSON, @FILE, or - for the input stream."),
        new("--canary", "N", "Requeues so many first, and the others only if all of these succeed."),
        OperationWatch.NoWait,
    ]));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var ids = arguments.ListPositionals(from: 1);
        var filter = DeadLetterOptions.ReadMeant(arguments, time.GetUtcNow(), ids);
        var body = new JsonObject();
        if (ids.Count > 0) body["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]);
        foreach (var (name, value) in filter.ToQuery())
        {
            if (value is not null) body[name] = value;
        }

        if (arguments.Has(DeadLetterOptions.All.Name)) body["all"] = true;
        if (JsonText.Read(arguments, "--args", arguments.GetText("--args")) is { } args) body["args"] = args;
        if (arguments.GetInteger("--canary", 1, MaxCanaries) is { } canaries) body["canary"] = canaries;
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var queue = arguments.GetPositional(0)!;
        await filter.RequireGroupAsync(api, queue, cancellationToken);
        var started = await api.SendAsync(
            HttpMethod.Post, $"queues/{Uri.EscapeDataString(queue)}/deadletters/requeue", body, cancellationToken);
        return await new OperationWatch(screen, time, api, arguments, QueueOperationView.Describe)
            .RunAsync("Requeuing", started, cancellationToken);
    }
}
