using Serverless.Local.CommandLine;
using Serverless.Local.Commands;
using Serverless.Local.Screens;
using Spectre.Console;

IScreen screen = Console.IsOutputRedirected
    ? new PlainScreen(
        Console.Out, Console.Error, TimeProvider.System, int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out var columns)
            && columns > 0 ? columns : PlainScreen.Endless)
    : new TerminalScreen(AnsiConsole.Console, AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }));
using var interrupts = new Interrupts();
return await new Application(screen, TimeProvider.System).RunAsync(args, interrupts.Token);
