using System.Reflection;
using Azure;
using Serverless.Local.CommandLine;
using Serverless.Local.Commands.Queues;
using Serverless.Local.Commands.Remote;
using Serverless.Local.Commands.Replay;
using Serverless.Local.Commands.Resources;
using Serverless.Local.Commands.Tasks;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Screens;
using Serverless.Local.Storage;

namespace Serverless.Local.Commands;

/// <summary>
/// Finds the command, runs it, and words what went wrong. Exit codes: 0 done, 1 failed, 2 cannot be done as asked, 130 interrupted.
/// </summary>
internal sealed class Application(IScreen screen, TimeProvider time)
{
    private const int Failed = 1;
    private const int NotAsAsked = 2;
    private const int Interrupted = 130;
    private const string Program = "serverless";

    private static readonly TimeSpan WatchEvery = TimeSpan.FromSeconds(2);

    private readonly CommandTable _commands = MakeTable(screen, time);

    private static CommandTable MakeTable(IScreen screen, TimeProvider time)
    {
        var resources = new ResourceCommands(screen, time);
        CommandTable table = null!;
        return table = new(
        [
            new(HostCommand.Syntax, (arguments, token) => new HostCommand(screen, time).RunAsync(arguments, token)),
            new(ProcessCommand.Syntax, (arguments, token) => new ProcessCommand(screen, time).RunAsync(arguments, token)),
            new(MendCommand.Syntax, (arguments, token) => new MendCommand(screen, time).RunAsync(arguments, token)),
            new(VerifyCommand.Syntax, (arguments, token) => new VerifyCommand(screen, time).RunAsync(arguments, token)),
            new(PlanCommand.Syntax, (arguments, token) => new PlanCommand(screen, time).RunAsync(arguments, token)),
            new(SchemaCommand.Syntax, (arguments, token) => new SchemaCommand(screen).RunAsync(arguments, token)),
            new(StatusCommand.Syntax, (arguments, token) => new StatusCommand(screen, time).RunAsync(arguments, token)),
            .. TaskCommands.CreateAll(screen, time),
            new(MonitorCommand.Syntax, (arguments, token) => new MonitorCommand(screen, time).RunAsync(arguments, token)),
            .. QueueCommands.CreateAll(screen, time),
            .. TaskResources.CreateAll(resources),
            .. WorkflowCommands.CreateAll(resources),
            .. new ApprovalCommands(screen).CreateAll,
            .. ScheduleCommands.CreateAll(resources),
            .. MailCommands.CreateAll(resources),
            .. AlarmCommands.CreateAll(resources),
            .. new ReportCommands(screen).CreateAll,
            .. new FileCommands(screen).CreateAll(resources),
            new(BrokerCommand.Syntax, (arguments, token) => new BrokerCommand(screen, time).RunAsync(arguments, token)),
            new(ReplayCommand.Syntax, (arguments, token) => new ReplayCommand(screen).RunAsync(arguments, token)),
            new(CompletionCommand.Syntax, (arguments, token) => new CompletionCommand(screen, () => table.All).RunAsync(arguments, token)),
        ]);
    }

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await DispatchAsync(arguments, cancellationToken);
        }
        catch (Exception failure) when (TryExplain(failure, cancellationToken, out var code))
        {
            if (arguments.TakeWhile(argument => argument != "--").Contains(CommandSyntax.Verbose.Name))
                screen.WriteFault(failure.ToString());
            return code;
        }
    }

    /// <summary>Says in a sentence what went wrong; what nobody expected is told so, and how to see more of it.</summary>
    private bool TryExplain(Exception failure, CancellationToken cancellationToken, out int code)
    {
        code = failure switch
        {
            UsageException or HostRefusedException or StorageUnavailableException or UnauthorizedAccessException => NotAsAsked,
            OperationCanceledException when cancellationToken.IsCancellationRequested => Interrupted,
            _ => Failed,
        };
        IEnumerable<string> sentences = failure switch
        {
            UsageException usage =>
                [.. usage.Faults, usage.Command.Length == 0 ? $"See {Program} --help." : $"See {Program} {usage.Command} --help."],
            HostRefusedException refusal => refusal.Faults,
            OperationCanceledException when code == Interrupted => ["Interrupted."],
            StorageUnavailableException or UnauthorizedAccessException or CommandFailedException or InvalidFunctionsException
                or IOException or HttpRequestException => [failure.Message],

            // The first line says it; the headers of the answer follow.
            RequestFailedException refusal => [$"Storage: {refusal.Message.Split('\n', 2)[0].Trim()}"],
            _ => [$"It failed as nobody expected: {failure.Message} With {CommandSyntax.Verbose.Name} it shows where."],
        };
        foreach (var sentence in sentences) screen.WriteFault(sentence);
        return true;
    }

    private Task<int> DispatchAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (arguments is ["help", .. var named]) arguments = [.. named, "--help"];
        var help = arguments.TakeWhile(argument => argument != "--").Any(argument => argument is "--help" or "-h");
        if (!_commands.TryFind(arguments, out var command, out var rest))
        {
            if (!help || _commands.ListGroup(arguments[0]) is not { Count: > 0 } group) throw _commands.CreateUnknown(arguments);
            ShowPairs([.. group.Select(member => ($"{Program} {member.Syntax.Name}", member.Syntax.Summary))]);
            screen.WriteLine();
            screen.WriteLine($"{Program} {arguments[0]} COMMAND --help shows a command's options.");
            return Task.FromResult(0);
        }

        if (help)
        {
            if (command.Syntax.Name.Length == 0) ShowOverview();
            ShowHelp(command.Syntax);
            return Task.FromResult(0);
        }

        if (command.Syntax.Name.Length == 0 && rest is ["--version"])
        {
            screen.WriteLine($"Serverless {Version()}");
            return Task.FromResult(0);
        }

        var given = new Arguments(command.Syntax, rest);
        return given.Has(Switches.Watch.Name) ? WatchAsync(command, given, cancellationToken) : command.RunAsync(given, cancellationToken);
    }

    private async Task<int> WatchAsync(Command command, Arguments arguments, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var code = await command.RunAsync(arguments, cancellationToken);
                if (code == NotAsAsked) return code;
                await Task.Delay(WatchEvery, time, cancellationToken);
                screen.Clear();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 0;
        }
    }

    private void ShowOverview()
    {
        screen.WriteLine("Serverless: background jobs, and CSV files of any size cleaned in parallel chunks.");
        screen.WriteLine();
        ShowPairs(
        [
            .. _commands.All.GroupBy(command => command.Syntax.Words.FirstOrDefault("")).SelectMany(Describe),
            ($"{Program} COMMAND --help", "Shows a command's options, or the commands that begin so."),
            ($"{Program} COMMAND --verbose", CommandSyntax.Verbose.Help),
            ($"{Program} --version", "Shows the version."),
        ]);
        screen.WriteLine();
        screen.WriteLine("Exit codes: 0 done, 1 failed, 2 cannot be done as asked, 130 interrupted.");
        screen.WriteLine();
    }

    // Commands that share a first word share a line.
    private static IEnumerable<(string Name, string Text)> Describe(IGrouping<string, Command> group)
    {
        foreach (var command in group.Where(command => command.Syntax.Words.Length < 2))
            yield return ($"{Program} {command.Syntax.Name}".TrimEnd(), command.Syntax.Summary);
        var verbs = group.Where(command => command.Syntax.Words.Length == 2).Select(command => command.Syntax.Words[1]).ToList();
        if (verbs.Count > 0) yield return ($"{Program} {group.Key} COMMAND", $"{string.Join(", ", verbs)}.");
    }

    private void ShowHelp(CommandSyntax syntax)
    {
        screen.WriteLine(syntax.FormatUsage(Program));
        screen.WriteLine();
        screen.WriteLine($"  {syntax.Summary}");
        screen.WriteLine();
        ShowPairs([.. syntax.Options.Select(option => ($"{option.Name} {option.Value}".TrimEnd(), option.Help))]);
        screen.WriteLine();
    }

    private void ShowPairs(IReadOnlyList<(string Name, string Text)> pairs)
    {
        var width = pairs.Select(pair => pair.Name.Length).DefaultIfEmpty().Max();
        foreach (var (name, text) in pairs) screen.WriteLine($"  {name.PadRight(width)}  {text}");
    }

    private static string Version() =>
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
