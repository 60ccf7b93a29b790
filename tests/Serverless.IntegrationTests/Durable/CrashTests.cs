using Microsoft.DurableTask.Client;
using Serverless.CrashHost;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

/// <summary>Kills a real host process at random points: what it acknowledged is finished, with the same results as without.</summary>
public sealed class CrashTests
{
    private const int Orchestrations = 150;
    private const int Kills = 6;

    // All runs before the last say fewer lines than the orchestrations have activities (18 each).
    private const int MaxLines = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Host_KilledAtRandomPoints_FinishesWithTheSameResults(int seed)
    {
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "host.db");
        string[] arguments = [path, $"{Orchestrations}"];
        var started = new HashSet<string>();

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(arguments, random.Next(1, MaxLines), Hear);
        await CrashProcess.EndAsync(arguments, Hear);

        await using var store = SqliteStore.Open(path);
        await using var engine = new DurableEngine(new CrashFunctions(_ => { }), new DurableEngineOptions(store));
        await engine.StartAsync(CancellationToken.None);
        for (var i = 0; i < Orchestrations; i++)
        {
            var end = await engine.Client.GetInstanceAsync($"m{i}", getInputsAndOutputs: true);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, end!.RuntimeStatus);
            Assert.Equal(CrashFunctions.Expected(i), end.ReadOutputAs<int>());
        }

        Assert.Equal(0, store.Read(s => s.QueryNumber("SELECT count(*) FROM inbox") + s.QueryNumber("SELECT count(*) FROM timers")));

        // A start that was acknowledged and lost would be made once more, and said again.
        void Hear(string line) =>
            Assert.True(!line.StartsWith("started ", StringComparison.Ordinal) || started.Add(line), $"Twice: {line}");
    }
}
