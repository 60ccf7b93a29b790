using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Serverless.CrashHost;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>
/// Kills a real host again and again while it runs tasks of which few may run at once: the permits come back by themselves.
/// </summary>
[Collection(TaskTests.Name)]
public sealed class LimitKillTests(AzuriteFixture azurite)
{
    private const int Tasks = 120;
    private const int Kills = 2;
    private const int MaxLines = 50;

    // Longer than the lock of a session.
    private const int MinutesBetween = 2;

    [Fact]
    public async Task Host_KilledWhileLimitedTasksRun_NeverMoreRunAtOnceAndAllSucceed()
    {
        using var folder = new TemporaryFolder();
        var ledger = Path.Combine(folder.Path, "ledger.txt");
        var random = new Random(5);

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(Arguments(kill), random.Next(10, MaxLines), _ => { });
        await CrashProcess.EndAsync(Arguments(Kills), _ => { });

        var lines = (await File.ReadAllLinesAsync(ledger)).Select(line => line.Split(' ')).ToList();
        var ended = lines.Where(l => l[0] == "-").Select(l => int.Parse(l[2], CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(0, Tasks), ended.Distinct().Order());
        Assert.InRange(MostAtOnce(lines), 1, LimitedTask.AtOnce);
        var now = TimeProvider.System.GetUtcNow().AddMinutes(MinutesBetween * (Kills + 1));
        await using var host = await TaskHost.StartAsync(azurite, folder: folder.Path, time: new FakeTimeProvider(now));
        Assert.Equal(new QueueCounts(0, 0, 0), await host.Queues.CountAsync(TaskSlot.Lane));
        for (var number = 0; number < Tasks; number++)
        {
            var record = await host.Tasks.GetAsync(LimitCrashHost.Id(number));
            Assert.Equal((TaskState.Success, number), (record!.State, record.Result!.Value.GetInt32()));
        }

        string[] Arguments(int kill) => ["limited", folder.Path, azurite.ConnectionString, ledger, $"{Tasks}", $"{MinutesBetween * kill}"];
    }

    private static int MostAtOnce(List<string[]> lines)
    {
        var (running, most) = (new Dictionary<string, int>(), 0);
        foreach (var line in lines)
        {
            // What a killed host ran is over.
            if (line[0] == "host") running.Clear();
            else most = Math.Max(most, running[line[1]] = running.GetValueOrDefault(line[1]) + (line[0] == "+" ? 1 : -1));
        }

        return most;
    }
}
