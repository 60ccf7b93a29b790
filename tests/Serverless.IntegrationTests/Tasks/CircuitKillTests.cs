using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.CrashHost;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>
/// Kills a real host while a breaker holds its queue, and while a run finds out: the queue is opened, and no task is lost.
/// </summary>
[Collection(TaskTests.Name)]
public sealed class CircuitKillTests(AzuriteFixture azurite)
{
    private const int Tasks = 40;
    private const int Kills = 4;

    // Longer than the lane's lock, and than a run that finds out is waited for.
    private const int MinutesBetween = 6;

    [Fact]
    public async Task Host_KilledWhileABreakerHoldsTheQueue_IsProbedAndOpenedAndNoTaskIsLost()
    {
        using var folder = new TemporaryFolder();
        var ledger = Path.Combine(folder.Path, "ledger.txt");

        // After so many lines: when it is stopped, or in the run that finds out, wherever that is by then.
        for (var kill = 0; kill < Kills; kill++)
        {
            var heard = new List<string>();
            await CrashProcess.KillAsync(Arguments(kill, "down"), 3 + kill, heard.Add);
            Assert.Contains(heard, line => line.StartsWith("running", StringComparison.Ordinal));
            Assert.False(File.Exists(ledger) && new FileInfo(ledger).Length > 0);
        }

        await CrashProcess.EndAsync(Arguments(Kills, "up"), _ => { });

        var lines = await File.ReadAllLinesAsync(ledger);
        Assert.Equal(Enumerable.Range(0, Tasks), lines.Select(int.Parse).Order());
        var now = TimeProvider.System.GetUtcNow().AddMinutes(MinutesBetween * (Kills + 1));
        await using var host = await TaskHost.StartAsync(azurite, folder: folder.Path, time: new FakeTimeProvider(now));
        Assert.Empty(await host.Services.GetRequiredService<LaneHolds>().ListStoppedAsync(default));

        // Other tests leave pauses of theirs in this storage, made by people.
        Assert.DoesNotContain(
            await host.Services.GetRequiredService<TaskPauses>().ListAsync(default),
            pause => pause.Name == CircuitCrashHost.Queue && pause.Breaker is not null);
        Assert.Equal(new QueueCounts(0, 0, 0), await host.Queues.CountAsync(CircuitCrashHost.Queue));
        for (var number = 0; number < Tasks; number++)
        {
            var record = await host.Tasks.GetAsync(CircuitCrashHost.Id(number));
            Assert.Equal((TaskState.Success, 0), (record!.State, record.Attempt));
        }

        string[] Arguments(int kill, string service) =>
            ["circuit", folder.Path, azurite.ConnectionString, ledger, $"{Tasks}", $"{MinutesBetween * kill}", service];
    }
}
