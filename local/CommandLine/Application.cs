using System.Reflection;
using Azure;
using Serverless.Local.CommandLine.Screens;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;

namespace Serverless.Local.CommandLine;

/// <summary>Finds the command, runs it, and words what went wrong. Exit codes: 0 done, 1 failed, 2 cannot be done as asked, 130 interrupted.</summary>
internal sealed class Application(IScreen screen, TimeProvider time)
{
    private const int Failed = 1;
    private const int NotAsAsked = 2;
    private const int Interrupted = 130;
    private const string Program = "serverless";

    private readonly Command[] _commands =
    [
        new(HostCommand.Syntax, (arguments, token) => new HostCommand(screen, time).RunAsync(arguments, token)),
        new(ProcessCommand.Syntax, (arguments, token) => new ProcessCommand(screen, time).RunAsync(arguments, token)),
        new(StatusCommand.Syntax, (arguments, token) => new StatusCommand(screen, time).RunAsync(arguments, token)),
    ];

    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            return await DispatchAsync(arguments, cancellationToken);
        }
        catch (UsageException usage)
        {
            foreach (var fault in usage.Faults) screen.Fault(fault);
            screen.Fault(usage.Command.Length == 0 ? $"See {Program} --help." : $"See {Program} {usage.Command} --help.");
            return NotAsAsked;
        }
        catch (StorageUnavailableException unavailable)
        {
            screen.Fault(unavailable.Message);
            return NotAsAsked;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            screen.Fault("Interrupted.");
            return Interrupted;
        }
        catch (Exception failure) when (failure is CommandFailedException or InvalidFunctionsException or IOException or HttpRequestException)
        {
            screen.Fault(failure.Message);
            return Failed;
        }
        catch (RequestFailedException refusal)
        {
            // The first line says it; the headers of the answer follow.
            screen.Fault($"Storage: {refusal.Message.Split('\n', 2)[0].Trim()}");
            return Failed;
        }
    }

    private Task<int> DispatchAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var name = arguments is [var first, ..] && !first.StartsWith('-') ? first : "";
        var command = Array.Find(_commands, known => known.Syntax.Name == name)
            ?? throw new UsageException("", [$"There is no command '{name}'. Commands: {string.Join(", ", _commands.Skip(1).Select(known => known.Syntax.Name))}."]);
        var rest = name.Length == 0 ? arguments : arguments[1..];

        if (rest.TakeWhile(argument => argument != "--").Any(argument => argument is "--help" or "-h"))
        {
            if (name.Length == 0) ShowOverview();
            ShowHelp(command.Syntax);
            return Task.FromResult(0);
        }

        if (name.Length == 0 && rest is ["--version"])
        {
            screen.Line($"Serverless {Version()}");
            return Task.FromResult(0);
        }

        return command.RunAsync(new Arguments(command.Syntax, rest), cancellationToken);
    }

    private void ShowOverview()
    {
        screen.Line("Serverless: background jobs, and CSV files of any size cleaned in parallel chunks.");
        screen.Line();
        foreach (var command in _commands) screen.Line($"  {$"{Program} {command.Syntax.Name}".TrimEnd(),-26} {command.Syntax.Summary}");
        screen.Line($"  {Program + " COMMAND --help",-26} Shows a command's options.");
        screen.Line($"  {Program + " --version",-26} Shows the version.");
        screen.Line();
        screen.Line("Exit codes: 0 done, 1 failed, 2 cannot be done as asked, 130 interrupted.");
        screen.Line();
    }

    private void ShowHelp(CommandSyntax syntax)
    {
        screen.Line(syntax.Usage(Program));
        screen.Line();
        screen.Line($"  {syntax.Summary}");
        screen.Line();
        foreach (var option in syntax.Options) screen.Line($"  {option.Name + " " + option.Value,-26} {option.Help}");
    }

    private static string Version() =>
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private sealed record Command(CommandSyntax Syntax, Func<Arguments, CancellationToken, Task<int>> RunAsync);
}
