using System.Text.Json;
using Serverless.DeadLetters;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Lists dead letters of a queue, or of all.</summary>
internal sealed class ListDeadLettersCommand(IScreen screen, TimeProvider time)
{
    private const int Default = 50;
    private const int Max = 10_000;

    public static CommandSyntax Syntax { get; } = new(
        "deadletters list", "Lists dead letters of a queue, or of all.", ["[QUEUE]"], Switches.WithHost(
        [.. DeadLetterOptions.WithGroup, new("--top", "N", $"At most so many; {Default} unless given.")]));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var filter = DeadLetterOptions.Read(arguments, time.GetUtcNow());
        var top = arguments.GetInteger("--top", 1, Max) ?? Default;
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var (found, asked) = (new List<JsonElement>(), arguments.GetPositional(0));
        foreach (var queue in await ListQueuesAsync(api, asked, cancellationToken))
        {
            if (found.Count == top) break;
            found.AddRange(await filter.ReadAsync(api, queue, top - found.Count, cancellationToken));
        }

        if (found.Count == 0) filter.RefuseGroup(asked);

        if (arguments.Has(Switches.Json.Name)) screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(found)));
        else if (found.Count == 0) screen.WriteLine("No such dead letters.");
        else screen.WriteTable(
            ["Id", "Task", "Lane", "Reason", "Description", "Dead since", "Redrives"], found.Select(
                letter => Row(letter.Deserialize<DeadLetter>(QueueJson.Options)!)));
        return 0;
    }

    private static async Task<IEnumerable<string>> ListQueuesAsync(HostApi api, string? queue, CancellationToken cancellationToken)
    {
        if (queue is not null) return [queue];
        var answer = await api.GetAsync("queues", cancellationToken);
        return answer.GetProperty("queues").Deserialize<List<QueueStatus>>(QueueJson.Options)!.Where(status => status.DeadLettered > 0)
            .Select(status => status.Name);
    }

    private static string[] Row(DeadLetter letter) =>
    [
        letter.Id, letter.Task ?? "", letter.Lane, letter.Reason
            ?? "", Texts.Shorten(letter.Description), Texts.FormatTime(letter.DeadLettered), Texts.FormatNumber(letter.Redrives),
    ];
}
