using Serverless.Local.CommandLine;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>Prints a script that lets a shell complete commands and options.</summary>
internal sealed class CompletionCommand(IScreen screen, Func<IReadOnlyList<Command>> commands)
{
    public static CommandSyntax Syntax { get; } = new(
        "completion", "Prints the completion script of a shell: bash, zsh or fish.", ["SHELL"], []);

    public Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var shell = arguments.GetPositional(0);
        if (shell is not (null or "bash" or "zsh" or "fish")) arguments.Refuse($"SHELL must be one of bash, zsh, fish, not '{shell}'.");
        arguments.Check();

        screen.WriteLine(shell == "fish" ? Fish() : Bash(shell!));
        return Task.FromResult(0);
    }

    private string Bash(string shell)
    {
        var cases = commands().Select(command =>
            $"    '{command.Syntax.Name}') words='{string.Join(' ', Following(command.Syntax))}' ;;");
        return $$"""
            {{(shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit" : "# source <(serverless completion bash)")}}
            _serverless() {
              local words path=''
              for ((i = 1; i < COMP_CWORD; i++)); do
                case ${COMP_WORDS[i]} in -*) break ;; *) path="${path:+$path }${COMP_WORDS[i]}" ;; esac
              done
              case $path in
            {{string.Join('\n', Groups().Concat(cases))}}
                *) words='' ;;
              esac
              COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
              [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o filenames -F _serverless serverless
            """;
    }

    private string Fish() => string.Join('\n', commands().SelectMany(command =>
    {
        var seen = string.Join("; and ", command.Syntax.Words.Select(word => $"__fish_seen_subcommand_from {word}"));
        var next = command.Syntax.Words is [var only]
            ? [$"complete -c serverless -n __fish_use_subcommand -a {only} -d '{Quote(command.Syntax.Summary)}'"]
            : command.Syntax.Words is [var first, var second]
                ? new[]
                {
                    $"complete -c serverless -n __fish_use_subcommand -a {first}",
                    $"complete -c serverless -n '__fish_seen_subcommand_from {first}' -a {second} -d '{Quote(command.Syntax.Summary)}'",
                }
                : [];
        return next.Concat(command.Syntax.Options.Select(option =>
            $"complete -c serverless{(seen.Length > 0 ? $" -n '{seen}'" : "")} -l {option.Name[2..]} -d '{Quote(option.Help)}'"));
    }).Distinct());

    // What may follow the words that begin a group of commands.
    private IEnumerable<string> Groups() => commands().Where(command => command.Syntax.Words.Length == 2)
        .GroupBy(command => command.Syntax.Words[0])
        .Where(group => commands().All(command => command.Syntax.Name != group.Key))
        .Select(group => $"    '{group.Key}') words='{string.Join(' ', group.Select(command => command.Syntax.Words[1]))}' ;;");

    private IEnumerable<string> Following(CommandSyntax syntax) =>
        commands()
            .Where(
                command => command.Syntax.Words.Length == syntax.Words.Length + 1 && command.Syntax.Words.AsSpan().StartsWith(syntax.Words))
            .Select(command => command.Syntax.Words[^1])
            .Concat(syntax.Name.Length == 0 ? commands().Where(c => c.Syntax.Words.Length == 2).Select(c => c.Syntax.Words[0]) : [])
            .Concat(syntax.Options.Select(option => option.Name)).Append("--help").Distinct();

    private static string Quote(string text) => text.Replace("'", "\\'", StringComparison.Ordinal);
}
