using System.Globalization;
using System.Text.Json;
using Serverless.DeadLetters;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands.Queues;

/// <summary>Puts a queue's dead letters together by what most likely is one cause.</summary>
internal sealed class GroupDeadLettersCommand(IScreen screen, TimeProvider time)
{
    public static CommandSyntax Syntax { get; } = new(
        "deadletters groups", "Shows a queue's dead letters by their causes, the most frequent first.", ["QUEUE"],
        Switches.WithHost([.. DeadLetterOptions.Filters]));

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var filter = DeadLetterOptions.Read(arguments, time.GetUtcNow());
        var target = HostTarget.Read(arguments);
        arguments.Check();

        using var api = new HostApi(target);
        var groups = await CollectAsync(api, arguments.GetPositional(0)!, filter, cancellationToken);
        if (arguments.Has(Switches.Json.Name))
            screen.WriteLine(Texts.FormatJson(JsonSerializer.SerializeToElement(groups, QueueJson.Options)));
        else if (groups.Count == 0) screen.WriteLine("No such dead letters.");
        else screen.WriteTable(["Group", "Letters", "Task", "Reason", "Error", "Last"], groups.Select(Row));
        return 0;
    }

    // An answer looks at some thousands; the groups of the next one add up with them.
    private static async Task<IReadOnlyList<DeadLetterGroup>> CollectAsync(
        HostApi api, string queue, DeadLetterOptions filter, CancellationToken cancellationToken)
    {
        var groups = new Dictionary<string, DeadLetterGroup>(StringComparer.Ordinal);
        var path = $"queues/{Uri.EscapeDataString(queue)}/deadletters/groups";
        await foreach (var answer in api.ReadPagesAsync(path, [.. filter.ToQuery()], cancellationToken))
        {
            foreach (var group in answer.Deserialize<DeadLetterGroupPage>(QueueJson.Options)!.Groups)
                groups[group.Key] = groups.TryGetValue(group.Key, out var known) ? known.Add(group) : group;
        }

        return [.. groups.Values.OrderByDescending(group => group.Count).ThenBy(group => group.Key, StringComparer.Ordinal)];
    }

    private static string[] Row(DeadLetterGroup group) =>
    [
        group.Key, group.Count.ToString("N0", CultureInfo.InvariantCulture), group.Task ?? "", group.Reason ?? "",
        Texts.Shorten(group.Message), Texts.FormatTime(group.Last),
    ];
}
