using Microsoft.DurableTask.Client;
using Serverless.Local.Runtime.Durable;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

/// <summary>An orchestration whose code ends the process must not do so for ever.</summary>
public sealed class PoisonTests
{
    [Fact]
    public async Task Start_AfterThreeDeathsInOneInstancesTurn_FailsIt()
    {
        var runs = 0;
        var functions = new TestFunctions().Orchestrator("Deadly", async c =>
        {
            Interlocked.Increment(ref runs);
            return await c.WaitForExternalEvent<string>("Go");
        });
        await using var host = await DurableHost.StartAsync(functions);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Deadly");
        await host.ReachesAsync(id, OrchestrationRuntimeStatus.Running);

        // The journal as a process leaves it that dies in the instance's turn.
        for (var death = 0; death < 3; death++) await host.RestartAsync(whileDown: () => NoteTurn(host.File, key: 1));
        await host.Client.RaiseEventAsync(id, "Go", "now");
        var end = await host.EndAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Contains("The host died 3 times while it ran this orchestration's code", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Turn_ThatEnds_ClearsTheCount()
    {
        var functions = new TestFunctions().Orchestrator(
            "Waits", async c => await c.WaitForExternalEvent<int>("Go") + await c.WaitForExternalEvent<int>("Go"));
        await using var host = await DurableHost.StartAsync(functions);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Waits");
        await host.ReachesAsync(id, OrchestrationRuntimeStatus.Running);

        for (var death = 0; death < 2; death++) await host.RestartAsync(whileDown: () => NoteTurn(host.File, key: 1));
        await host.Client.RaiseEventAsync(id, "Go", 1);
        await Eventually.TrueAsync(() => host.Engine.Commands.ReadHistory(id).Any(e => e.EventRaised is not null));
        await host.RestartAsync(whileDown: () => NoteTurn(host.File, key: 1));
        await host.Client.RaiseEventAsync(id, "Go", 2);

        Assert.Equal("3", (await host.EndAsync(id)).SerializedOutput);
    }

    [Fact]
    public void Journal_OfAProcessThatDied_NamesWhatRan()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "host.db.turns");
        using (var journal = TurnJournal.Open(path, 2))
        {
            journal.Run(7, () => 0);
            journal.Run(8, () =>
            {
                using var next = TurnJournal.Open(path, 2);
                Assert.Equal([8], next.Dead);
                return 0;
            });
        }

        using var last = TurnJournal.Open(path, 2);
        Assert.Empty(last.Dead);
    }

    private static void NoteTurn(string database, long key) => File.WriteAllBytes(database + ".turns", BitConverter.GetBytes(key));
}
