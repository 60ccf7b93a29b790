using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Serverless.CrashHost;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Runtime.Storage;

namespace Serverless.Tests.Durable;

/// <summary>Kills a real host process at random points: what it acknowledged is finished, with the same results as without.</summary>
public sealed class CrashTests
{
    private const int Orchestrations = 150;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Host_KilledAtRandomPoints_FinishesWithTheSameResults(int seed)
    {
        var random = new Random(seed);
        var folder = Directory.CreateTempSubdirectory("crash-").FullName;
        var path = Path.Combine(folder, "host.db");
        var started = new HashSet<string>();

        // The host runs ahead of the lines that are read here, so that it may be done before the last kill.
        var kills = 0;
        while (kills < 6 && await RunAsync(path, started, random.Next(1, 400)) != 0) kills++;
        Assert.InRange(kills, 1, 6);
        Assert.Equal(0, await RunAsync(path, started, int.MaxValue));

        await using (var store = SqliteStore.Open(path))
        {
            await using var engine = new DurableEngine(new CrashFunctions(_ => { }), new DurableEngineOptions(store));
            await engine.StartAsync(CancellationToken.None);
            Assert.Superset(started, Enumerable.Range(0, Orchestrations).Select(i => $"m{i}").ToHashSet());
            for (var i = 0; i < Orchestrations; i++)
            {
                var end = await engine.Client.GetInstanceAsync($"m{i}", getInputsAndOutputs: true);
                Assert.Equal(OrchestrationRuntimeStatus.Completed, end!.RuntimeStatus);
                Assert.Equal(CrashFunctions.Expected(i), end.ReadOutputAs<int>());
            }

            Assert.Equal(0, store.Read(s => s.Number("SELECT count(*) FROM inbox") + s.Number("SELECT count(*) FROM timers")));
        }

        Directory.Delete(folder, recursive: true);
    }

    // Kills the host once it has said so many lines.
    private static async Task<int> RunAsync(string path, HashSet<string> started, int lines)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(CrashFunctions).Assembly.Location);
        start.ArgumentList.Add(path);
        start.ArgumentList.Add($"{Orchestrations}");
        using var host = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            while (lines-- > 0 && await host.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith("started ", StringComparison.Ordinal)) started.Add(line["started ".Length..]);
            }
        }
        finally
        {
            if (lines < int.MaxValue / 2) host.Kill();
        }

        await host.WaitForExitAsync(limit.Token);
        return host.ExitCode;
    }
}
