using System.Diagnostics.CodeAnalysis;
using Serverless.Local.CommandLine;

namespace Serverless.Local.Commands;

/// <summary>The commands, found by the words that the arguments start with.</summary>
internal sealed class CommandTable(IReadOnlyList<Command> commands)
{
    public IReadOnlyList<Command> All => commands;

    /// <summary>The words that a command line can start with.</summary>
    private IEnumerable<string> FirstWords => commands.SelectMany(command => command.Syntax.Words.Take(1)).Distinct();

    /// <summary>Finds the command whose name is the longest that the arguments start with; without any word, the host.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="command">The command.</param>
    /// <param name="rest">The command's own arguments.</param>
    /// <returns>False when the words name no command.</returns>
    public bool TryFind(string[] arguments, [NotNullWhen(true)] out Command? command, out string[] rest)
    {
        var named = arguments is [var first, ..] && !first.StartsWith('-');
        command = commands.Where(known => known.Syntax.Words.Length > 0 == named && StartsWith(arguments, known.Syntax.Words))
            .MaxBy(known => known.Syntax.Words.Length);
        rest = arguments[(command?.Syntax.Words.Length ?? 0)..];
        return command is not null;
    }

    /// <summary>The commands that share a first word.</summary>
    public IReadOnlyList<Command> ListGroup(string word) =>
        [.. commands.Where(command => command.Syntax.Words is [var first, _] && first == word)];

    /// <summary>Says which commands there are in place of one that is not.</summary>
    public UsageException CreateUnknown(string[] arguments)
    {
        var group = ListGroup(arguments[0]).Select(command => command.Syntax.Words[1]).ToList();
        if (group.Count == 0)
            return new UsageException(
                "", [$"There is no command '{arguments[0]}'.{Suggestion.For(arguments[0], FirstWords)} Commands: " +
                    $"{string.Join(", ", FirstWords)}."]);
        var hint = arguments.Length > 1 ? Suggestion.For(arguments[1], group) : "";
        return new UsageException(arguments[0], [$"'{arguments[0]}' needs one of: {string.Join(", ", group)}.{hint}"]);
    }

    private static bool StartsWith(string[] arguments, string[] words) =>
        arguments.Length >= words.Length && words.SequenceEqual(arguments.Take(words.Length));
}
