using Serverless.Local.CommandLine;
using Serverless.Local.Jobs;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Screens;

namespace Serverless.Local.Commands;

/// <summary>The host itself, until it is told to stop.</summary>
internal sealed class HostCommand(IScreen screen, TimeProvider time)
{
    private const int DefaultPort = 7071;
    private const int MaxPort = 65_535;

    public static CommandSyntax Syntax { get; } = new("", "Runs the host until Ctrl+C.", [],
    [
        new("--port", "N", "The port of the HTTP functions, 0 for one that is free; 7071 unless given."),
        new(
            "--allow-host", "NAMES",
            "Names besides localhost that requests may be addressed to, and web pages may come from, with commas between them."),
        SessionOptions.Data,
    ]);

    public async Task<int> RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var port = arguments.GetInteger("--port", 0, MaxPort) ?? DefaultPort;
        var names = arguments.GetText("--allow-host")?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? [];
        foreach (var name in names.Where(n => Uri.CheckHostName(n) is UriHostNameType.Unknown or UriHostNameType.Basic))
            arguments.Refuse($"--allow-host must be names such as jobs.example.org, without scheme and port, not '{name}'.");
        arguments.Check();

        var options = new SessionOptions(
            arguments.GetText(SessionOptions.Data.Name), port, MinimumLogLevel: null, IsVerbose: arguments.Has(
                CommandSyntax.Verbose.Name))
        { AllowedHosts = names };
        await using var session = await LocalSession.OpenAsync(options, screen, time, _ => { }, cancellationToken);
        screen.WriteLine($"Serverless on {session.Address}");
        screen.WriteLine($"Dashboard: {new Uri(session.Address, "/api/dashboard/")}");
        screen.WriteLine($"Storage:   {session.Storage.Description}");
        screen.WriteLine($"Queues:    {session.Queues.Description}");
        if (session.Queues.Bus is { } bus) screen.WriteLine($"           {bus.ConnectionString}");
        screen.WriteLine($"Data:      {options.Folder}");
        screen.WriteLine($"Functions: {Describe(session.Functions)}");
        screen.WriteLine();
        if (options.IsVerbose)
        {
            screen.WriteTable(
                ["Function", "Trigger", "Where"], session.Functions.Select(
                    function => (string[])[function.Name, function.Kind, function.Detail]));
            screen.WriteLine();
        }

        screen.WriteLine("Ctrl+C stops the host.");

        var lost = session.StorageLost;
        await Task.WhenAny(lost, Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken));
        if (lost.IsCompleted && !cancellationToken.IsCancellationRequested)
            throw new CommandFailedException("Azurite ended unexpectedly; start the host again, it goes on where it was.");

        screen.WriteLine("Stopping: what runs has 30 seconds to end");
        return 0;
    }

    private static string Describe(IReadOnlyList<FunctionDescription> functions)
    {
        var kinds = functions.CountBy(function => function.Kind.Replace("Trigger", "", StringComparison.Ordinal))
            .OrderByDescending(k => k.Value);
        return $"{functions.Count} ({string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"))}); "
            + $"{CommandSyntax.Verbose.Name} lists them, /api their addresses";
    }
}
