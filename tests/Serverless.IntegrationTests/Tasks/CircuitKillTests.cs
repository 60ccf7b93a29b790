using Microsoft.Extensions.DependencyInjection;
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
        using var tasks = new KilledTasks(azurite, "circuit", Tasks, MinutesBetween);

        // After so many lines: when it is stopped, or in the run that finds out, wherever that is by then.
        for (var kill = 0; kill < Kills; kill++)
        {
            var heard = new List<string>();
            await CrashProcess.KillAsync(tasks.ListArguments(kill, "down"), 3 + kill, heard.Add);
            Assert.Contains(heard, line => line.StartsWith("running", StringComparison.Ordinal));
            Assert.True(tasks.IsLedgerEmpty);
        }

        await CrashProcess.EndAsync(tasks.ListArguments(Kills, "up"), _ => { });

        // A host that dies between sending a message again, to be looked at later, and settling it leaves both: where they come at one
        // moment that task runs twice, as messages arrive at least once.
        Assert.Equal(Enumerable.Range(0, Tasks), (await tasks.ReadLedgerAsync()).Distinct().Order());
        await using var host = await tasks.OpenAsync(Kills);
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
    }
}
