using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.CrashHost;
using Serverless.Tasks.Running;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>
/// Kills a real host again and again while it fills a batch and runs its tasks: each counts once, and each callback is one task.
/// </summary>
[Collection(TaskTests.Name)]
public sealed class MemberBatchKillTests : IAsyncLifetime
{
    private const int Tasks = 600;
    private const int Kills = 4;
    private const int MaxLines = 140;

    // Longer than the lane's lock.
    private const int MinutesBetween = 2;

    // Of its own: ids of batch and tasks are the crash host's.
    private readonly AzuriteFixture _azurite = new();

    public Task InitializeAsync() => _azurite.InitializeAsync();

    public Task DisposeAsync() => _azurite.DisposeAsync();

    [Fact]
    public async Task Host_KilledWhileABatchRuns_CountsEachMemberOnceAndTellsOfItsEnd()
    {
        using var folder = new TemporaryFolder();
        var ledger = Path.Combine(folder.Path, "ledger.txt");
        var random = new Random(7);

        for (var kill = 0; kill < Kills; kill++) await CrashProcess.KillAsync(Arguments(kill), random.Next(40, MaxLines), _ => { });
        await CrashProcess.EndAsync(Arguments(Kills), _ => { });

        var runs = (await File.ReadAllLinesAsync(ledger)).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
        int[] callbacks = [TaskCrashHost.Succeeded, TaskCrashHost.Completed, TaskCrashHost.ParentCompleted];
        Assert.Equal([.. Enumerable.Range(0, Tasks), .. callbacks], runs.Distinct().Order());
        var now = TimeProvider.System.GetUtcNow().AddMinutes(MinutesBetween * (Kills + 1));
        await using var host = await TaskHost.StartAsync(_azurite, folder: folder.Path, time: new FakeTimeProvider(now));
        var batches = host.Services.GetRequiredService<BatchClient>();
        var batch = await batches.FindAsync(TaskCrashHost.Batch, CancellationToken.None);
        Assert.Equal(
            ("completed", Tasks, 0, Tasks, 0),
            (batch!.State, (int)batch.Total, (int)batch.Pending, (int)batch.Succeeded, (int)batch.Failed));
        var parent = await batches.FindAsync(TaskCrashHost.Parent, CancellationToken.None);
        Assert.Equal(("completed", 1, 1), (parent!.State, (int)parent.Total, (int)parent.Succeeded));

        string[] Arguments(int kill) => ["batch", folder.Path, _azurite.ConnectionString, ledger, $"{Tasks}", $"{MinutesBetween * kill}"];
    }
}
