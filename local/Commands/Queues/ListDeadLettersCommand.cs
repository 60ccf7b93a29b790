using System.Globalization;
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
    private const int PageSize = 250;

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
        var found = new List<JsonElement>();
        foreach (var queue in await ListQueuesAsync(api, arguments.GetPositional(0), cancellationToken))
            await ReadAsync(api, queue, filter, top, found, cancellationToken);

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

    // A page may be empty although another follows.
    private static async Task ReadAsync(
        HostApi api, string queue, DeadLetterOptions filter, int top, List<JsonElement> found, CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var size = Math.Min(PageSize, top - found.Count);
            if (size == 0) return;
            var path = HostApi.BuildPath(
                $"queues/{Uri.EscapeDataString(queue)}/deadletters",
                [.. filter.ToQuery(), ("size", size.ToString(CultureInfo.InvariantCulture)), ("after", after)]);
            var page = await api.GetAsync(path, cancellationToken);
            found.AddRange(page.GetProperty("deadLetters").EnumerateArray());
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
    }

    private static string[] Row(DeadLetter letter) =>
    [
        letter.Id, letter.Task ?? "", letter.Lane, letter.Reason
            ?? "", Texts.Shorten(letter.Description), Texts.FormatTime(letter.DeadLettered), Texts.FormatNumber(letter.Redrives),
    ];
}
