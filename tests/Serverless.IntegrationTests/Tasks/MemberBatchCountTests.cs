using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Tasks;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Running;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Counting under repetition, contention and cut-off hosts.</summary>
[Collection(TaskTests.Name)]
public sealed class MemberBatchCountTests(AzuriteFixture azurite) : MemberBatchTestBase(azurite)
{
    [Fact]
    public async Task End_ToldAgain_CountsOnce()
    {
        var (counter, followUp) = (Service<BatchCounter>(), Service<BatchFollowUp>());
        await OpenAsync(new { id = Id });
        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat($"m{i}", 3))
            .Select(member => counter.CountAsync(Id, member, MemberChange.Added)));
        await CloseAsync();

        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat($"m{i}", 3))
            .Select(member => followUp.EndAsync(Id, member, MemberChange.Succeeded, CancellationToken.None)));

        var batch = await ShowAsync();
        Assert.Equal(("completed", 300, 300), (batch.State, batch.Total, batch.Succeeded));
    }

    [Fact]
    public async Task Count_TwoInstancesAtOnce_LosesNothing()
    {
        BatchCounter[] instances = [Service<BatchCounter>(), ActivatorUtilities.CreateInstance<BatchCounter>(Host.Services)];
        await OpenAsync(new { id = Id });

        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => instances[i % 2].CountAsync(Id, $"m{i / 2}", MemberChange.Added)));

        Assert.Equal(200, (await ShowAsync()).Total);
    }

    [Fact]
    public async Task Sweep_HostDiedBeforeItCouldComplete_CompletesAndTells()
    {
        var counter = Service<BatchCounter>();
        await OpenAsync(new { id = Id, onFailure = Callback(), onCompletion = Callback() });
        await counter.CountAsync(Id, "m", MemberChange.Added);
        await CloseAsync();
        await counter.CountAsync(Id, "m", MemberChange.Failed);
        Assert.Equal("closed", (await ShowAsync()).State);

        await Service<BatchSweep>().RunAsync(CancellationToken.None);

        Assert.Equal(("completed", 1), (await ShowAsync()) is var batch ? (batch.State, batch.Failed) : default);
        await Host.WaitAsync($"batch-{Id}-failure", TaskState.Success);
        await Host.WaitAsync($"batch-{Id}-completion", TaskState.Success);
    }

    [Fact]
    public async Task Add_WhileItCompletes_IsWithdrawn()
    {
        var store = Service<BatchStore>();
        await OpenAsync(new { id = Id });
        var found = (await store.FindAsync(Id, CancellationToken.None))!;
        Assert.True(
            await store.TryUpdateAsync(found.State with { Phase = BatchPhase.Completing }, found.Version, CancellationToken.None));

        await Assert.ThrowsAsync<BatchClosedException>(
            () => Service<BatchMembers>().AddAsync(Id, ["a", "b"], null, CancellationToken.None));

        Assert.Equal(0, (await ShowAsync()).Total);
        await Service<BatchSweep>().RunAsync(CancellationToken.None);
        Assert.Equal("completed", (await ShowAsync()).State);
    }

    [Fact]
    public async Task Purge_AWeekAfterItsEnd_ForgetsIt()
    {
        await OpenAsync(new { id = Id });
        await SendAsync("good");
        await CloseAsync();
        await CompletedAsync();
        await SweepAfter(6).PurgeAsync(CancellationToken.None);
        Assert.NotNull(await Batches.FindAsync(Id, CancellationToken.None));

        await SweepAfter(8).PurgeAsync(CancellationToken.None);

        Assert.Null(await Batches.FindAsync(Id, CancellationToken.None));
        Assert.Equal(BatchCounts.None, await Service<BatchTotals>().ReadAsync(Id, CancellationToken.None));
    }

    private BatchSweep SweepAfter(int days) =>
        ActivatorUtilities.CreateInstance<BatchSweep>(Host.Services, new FakeTimeProvider(Host.Time.GetUtcNow().AddDays(days)));
}
