using System.Globalization;
using System.Text.Json;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Remote;

namespace Serverless.Local.Commands.Queues;

/// <summary>The options that say which dead letters are meant.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Reason">Why they are there.</param>
/// <param name="Since">Dead-lettered at or after this time, as ISO 8601 writes it.</param>
/// <param name="Before">Dead-lettered before this time.</param>
/// <param name="Group">The key of a group, as <c>deadletters groups</c> shows it.</param>
internal sealed record DeadLetterOptions(string? Task, string? Reason, string? Since, string? Before, string? Group = null)
{
    private const int PageSize = 250;

    public static OptionSyntax All { get; } = new("--all", null, "All of the queue's.");

    /// <summary>The filters of whoever names a group too.</summary>
    public static OptionSyntax[] WithGroup => [.. Filters, new("--group", "KEY", "Only of this group, as deadletters groups shows it.")];

    public static OptionSyntax[] Filters { get; } =
    [
        new("--task", "NAME", "Only of this task, or of those that start so: email.*"),
        new("--reason", "R", "Only with this reason, such as Timeout."),
        new("--since", "T", "Only dead-lettered since: a time, or ago 90s, 5m, 2h, 1d."),
        new("--before", "T", "Only dead-lettered before: a time, or ago."),
    ];

    public bool IsEmpty => this is { Task: null, Reason: null, Since: null, Before: null, Group: null };

    public static DeadLetterOptions Read(Arguments arguments, DateTimeOffset now) =>
        new(
            arguments.GetText("--task"), arguments.GetText("--reason"), Moment(arguments, "--since", now),
            Moment(arguments, "--before", now), arguments.GetText("--group"));

    /// <summary>Reads them for a command that changes something: it must say what it means.</summary>
    public static DeadLetterOptions ReadMeant(Arguments arguments, DateTimeOffset now, IReadOnlyList<string> ids)
    {
        var options = Read(arguments, now);
        if (arguments.Has(All.Name) != (options.IsEmpty && ids.Count == 0))
            arguments.Refuse($"Give ids, --task, --reason, --since, --before or --group, or {All.Name} for all of the queue's.");
        return options;
    }

    public IEnumerable<(string Name, string? Value)> ToQuery() =>
        [("task", Task), ("reason", Reason), ("since", Since), ("before", Before), ("group", Group)];

    /// <summary>The first that are meant, of a queue.</summary>
    public Task<IReadOnlyList<JsonElement>> ReadAsync(HostApi api, string queue, int top, CancellationToken cancellationToken) =>
        api.ReadListAsync(
            $"queues/{Uri.EscapeDataString(queue)}/deadletters", "deadLetters", top, PageSize, [.. ToQuery()], cancellationToken);

    /// <summary>Fails where a group is named that has none of a queue's: one that is mistyped must not look like done.</summary>
    public async Task RequireGroupAsync(HostApi api, string queue, CancellationToken cancellationToken)
    {
        if (Group is not null && (await ReadAsync(api, queue, 1, cancellationToken)).Count == 0) RefuseGroup(queue);
    }

    /// <summary>Fails where a group is named: it has none of what is meant.</summary>
    /// <param name="queue">The queue; null for all.</param>
    /// <exception cref="CommandFailedException">A group is named.</exception>
    public void RefuseGroup(string? queue)
    {
        if (Group is null) return;
        var (place, example) = queue is null ? ("any queue", "QUEUE") : ($"the queue {queue}", queue);
        throw new CommandFailedException(
            $"No such dead letters of {place} are in the group {Group}. The groups there are: deadletters groups {example}");
    }

    private static string? Moment(Arguments arguments, string option, DateTimeOffset now) =>
        arguments.GetTime(option, now, past: true)?.ToString("O", CultureInfo.InvariantCulture);
}
