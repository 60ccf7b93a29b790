using System.Globalization;
using Serverless.Local.CommandLine;
using Serverless.Tasks;

namespace Serverless.Local.Commands.Tasks;

/// <summary>The options that say which tasks are meant, by the names that the API has for them.</summary>
internal static class TaskFilterOptions
{
    private static readonly string[] States = [.. Enum.GetNames<TaskState>().Select(name => name.ToUpperInvariant())];

    public static OptionSyntax[] All { get; } =
    [
        new("--state", "S", $"Only in this state: {string.Join(", ", States)}."),
        new("--task", "NAME", "Only of this name."),
        new("--queue", "Q", "Only those that were sent to this queue."),
        new("--text", "TEXT", "Only those with this text in their id, name or error."),
        new("--tag", "TAG", "Only those with this tag."),
        .. OptionSyntax.CreateTimes("were sent"),
    ];

    /// <summary>Reads them; what was not given is null.</summary>
    public static IReadOnlyList<(string Name, string? Value)> Read(Arguments arguments, DateTimeOffset now) =>
    [
        ("state", arguments.GetChoice("--state", States)),
        ("task", arguments.GetText("--task")),
        ("queue", arguments.GetText("--queue")),
        ("text", arguments.GetText("--text")),
        ("tag", arguments.GetText("--tag")),
        ("since", Time(arguments.GetTime("--since", now, past: true))),
        ("before", Time(arguments.GetTime("--before", now, past: true))),
    ];

    private static string? Time(DateTimeOffset? time) => time?.ToString("O", CultureInfo.InvariantCulture);
}
