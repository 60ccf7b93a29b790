using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues.Operations;

/// <summary>
/// Kills a real host again and again while it requeues dead letters: the operation says how many it brought back, and leaves none behind.
/// </summary>
[Collection(TaskTests.Name)]
public sealed class RequeueKillTests(AzuriteFixture azurite)
{
    private const int DeadLetters = 500;
    private const int Kills = 3;

    // All runs before the last delete fewer than there are.
    private const int MaxLines = 120;

    // Shorter than the lane's lock: the next host finds what the killed one held still locked, and waits some seconds for it.
    private const int SecondsBetween = 54;

    [Fact]
    public async Task Requeue_HostKilledInTheMiddle_CountsAllAndLeavesNone()
    {
        using var folder = new TemporaryFolder();
        var ledger = Path.Combine(folder.Path, "ledger.txt");
        var random = new Random(5);

        await CrashProcess.EndAsync(["fail", folder.Path, azurite.ConnectionString, $"{DeadLetters}"], _ => { });
        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(Arguments(kill), random.Next(20, MaxLines), _ => { });
        await CrashProcess.EndAsync(Arguments(Kills), _ => { });

        var end = JsonSerializer.Deserialize<QueueOperationProgress>(
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "end.json")), QueueJson.Options)!;
        Assert.Equal(new QueueOperationProgress("done", Requeued: DeadLetters), end);
        Assert.Equal(Enumerable.Range(0, DeadLetters), (await File.ReadAllLinesAsync(ledger)).Select(int.Parse).Distinct().Order());

        string[] Arguments(int kill) => ["requeue", folder.Path, azurite.ConnectionString, ledger, $"{SecondsBetween * kill}"];
    }
}
