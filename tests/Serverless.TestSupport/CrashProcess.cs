using System.Diagnostics;
using Serverless.CrashHost;

namespace Serverless.TestSupport;

/// <summary>
/// The host that the kill tests kill. It says a line for each bit of work and is let go only a few lines further than it was heard, so
/// that the kill always finds it at work, however slow this process is.
/// </summary>
internal static class CrashProcess
{
    // What goes on while the kill is on its way.
    private const int Slack = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Kills the host once it has said so many lines.</summary>
    public static async Task KillAsync(IEnumerable<string> arguments, int lines, Action<string> hear)
    {
        using var host = Start(arguments);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await host.StandardInput.WriteAsync(new string('\n', lines + Slack));
            await host.StandardInput.FlushAsync(limit.Token);
            for (var i = 0; i < lines; i++)
                hear(
                    await host.StandardOutput.ReadLineAsync(limit.Token)
                        ?? throw new InvalidOperationException("The host ended before it was killed."));
        }
        finally
        {
            host.Kill();
        }

        await host.WaitForExitAsync(limit.Token);
    }

    /// <summary>Lets the host come to its end.</summary>
    public static async Task EndAsync(IEnumerable<string> arguments, Action<string> hear)
    {
        using var host = Start(arguments);
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            host.StandardInput.Close();
            while (await host.StandardOutput.ReadLineAsync(limit.Token) is { } line) hear(line);
            await host.WaitForExitAsync(limit.Token);
        }
        finally
        {
            if (!host.HasExited) host.Kill();
        }

        Assert.Equal(0, host.ExitCode);
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(CrashFunctions).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
