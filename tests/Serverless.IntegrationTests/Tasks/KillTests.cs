using Serverless.CrashHost;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>
/// Kills a real host again and again while it sends and runs tasks: each is in the ledger, and none is lost or left locked.
/// </summary>
[Collection(TaskTests.Name)]
public sealed class KillTests(AzuriteFixture azurite)
{
    private const int Tasks = 2000;
    private const int Kills = 6;

    // All runs before the last say fewer lines than there are tasks.
    private const int MaxLines = 300;

    // The lane's concurrency: what one kill can cut off.
    private const int AtOnce = 16;

    // Longer than the lane's lock.
    private const int MinutesBetween = 2;

    [Fact]
    public async Task Host_KilledWhileTasksRun_EveryTaskSucceedsAndIsInTheLedger()
    {
        using var tasks = new KilledTasks(azurite, "tasks", Tasks, MinutesBetween);
        var random = new Random(3);

        for (var kill = 0; kill < Kills; kill++)
            await CrashProcess.KillAsync(tasks.ListArguments(kill), random.Next(100, MaxLines), _ => { });
        await CrashProcess.EndAsync(tasks.ListArguments(Kills), _ => { });

        var ran = await tasks.ReadLedgerAsync();
        Assert.Equal(Enumerable.Range(0, Tasks), ran.Distinct().Order());
        Assert.InRange(ran.Count, Tasks, Tasks + (Kills * AtOnce));
        await using var host = await tasks.OpenAsync(Kills);
        Assert.Equal(new QueueCounts(0, 0, 0), await host.Queues.CountAsync("default"));
        for (var number = 0; number < Tasks; number++)
        {
            var record = await host.Tasks.GetAsync(TaskCrashHost.Id(number));
            Assert.Equal((TaskState.Success, number, 0), (record!.State, record.Result!.Value.GetInt32(), record.Attempt));
        }
    }
}
