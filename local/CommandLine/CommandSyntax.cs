namespace Serverless.Local.CommandLine;

/// <summary>An option of a command; without a value name it is a switch, and a value in brackets may be left out.</summary>
internal sealed record OptionSyntax(string Name, string? Value, string Help)
{
    public bool IsValueOptional => Value is ['[', ..];
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

    public string Usage(string program) =>
        string.Join(' ', new[] { program, Name }.Where(part => part.Length > 0).Concat(Positionals)
            .Concat(Options.Select(option => option.Value is null ? $"[{option.Name}]" : $"[{option.Name} {option.Value}]")));
}
