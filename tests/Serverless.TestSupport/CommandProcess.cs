using System.Diagnostics;
using System.Globalization;

namespace Serverless.TestSupport;

/// <summary>The command line as its users start it: a process of its own, in a folder of its own.</summary>
internal sealed class CommandProcess : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private CommandProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    public static CommandProcess Start(string folder, params string[] arguments) =>
        Start(folder, new Dictionary<string, string>(), arguments);

    public static CommandProcess Start(string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [Path.Combine(AppContext.BaseDirectory, "Serverless.Local.dll"), .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new CommandProcess(Process.Start(start)!);
    }

    public static async Task<CommandResult> RunAsync(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        return await process.WaitAsync();
    }

    public async Task<CommandResult> WaitAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        await _process.WaitForExitAsync(limit.Token);
        return new CommandResult(_process.ExitCode, await _output, await _errors);
    }

    /// <summary>As <c>kill -9</c>: nothing gets to tidy up.</summary>
    public void Kill() => _process.Kill();

    /// <summary>As Ctrl+C.</summary>
    public void Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
