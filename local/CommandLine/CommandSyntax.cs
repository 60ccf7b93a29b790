namespace Serverless.Local.CommandLine;

/// <summary>An option of a command; without a value name it is a switch, and a value in brackets may be left out.</summary>
internal sealed record OptionSyntax(string Name, string? Value, string Help)
{
    public bool IsValueOptional => Value is ['[', ..];

    /// <summary>Its value is a time, or a distance back from now, and is passed on as a time.</summary>
    public bool IsMoment { get; init; }

    /// <summary>The options <c>--since</c> and <c>--before</c>.</summary>
    /// <param name="what">What happened then, such as <c>were sent</c>.</param>
    public static OptionSyntax[] CreateTimes(string what) =>
    [
        new("--since", "T", $"Only those that {what} since: a time, or ago 90s, 5m, 2h, 1d.") { IsMoment = true },
        new("--before", "T", $"Only those that {what} before.") { IsMoment = true },
    ];
}

/// <summary>The words, arguments and switches of a command; the help text and the parser both read it.</summary>
/// <param name="Name">One word, or two where a group of commands shares the first; empty for what happens without a command.</param>
/// <param name="Summary">One line for the overview.</param>
/// <param name="Positionals">In order; one in brackets may be left out, and the last with dots may come several times.</param>
/// <param name="Options">Beside <c>--help</c>, which every command has.</param>
internal sealed record CommandSyntax(string Name, string Summary, string[] Positionals, OptionSyntax[] Options)
{
    /// <summary>Every command has it.</summary>
    public static OptionSyntax Verbose { get; } = new("--verbose", null, "Shows where it failed, too.");

    /// <summary>The name's words.</summary>
    public string[] Words { get; } = Name.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public string FormatUsage(string program) =>
        string.Join(' ', new[] { program, Name }.Where(part => part.Length > 0).Concat(Positionals)
            .Concat(Options.Select(option => option.Value is null ? $"[{option.Name}]" : $"[{option.Name} {option.Value}]")));
}
