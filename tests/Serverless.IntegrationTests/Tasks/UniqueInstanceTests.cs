using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Keys that several instances want at once.</summary>
[Collection(TaskTests.Name)]
public sealed class UniqueInstanceTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Send_ManyAtOnceToBothLanesFromTwoInstances_AreOneTaskAndRunOnce()
    {
        await using var one = await TaskHost.StartAsync(azurite);
        await using var other = await TaskHost.StartAsync(azurite, time: one.Time, bus: one.Bus);
        var (goOn, key) = (new TaskCompletionSource(), Guid.NewGuid().ToString("N"));
        foreach (var host in (TaskHost[])[one, other])
        {
            host.Script.Run = async (_, _) =>
            {
                await goOn.Task;
                return null;
            };
        }

        var ids = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => (i % 2 == 0 ? one : other).SendAsync(
            options: new SendOptions
            {
                Unique = new UniqueRule(key) { Until = UniqueUntil.Done },
                Queue = "email",
                Priority = i % 4 < 2 ? 0 : 10,
            })));
        await Eventually.TrueAsync(() => Task.FromResult(one.Script.Runs.Count + other.Script.Runs.Count > 0));
        var waiting = await one.Queues.CountAsync("email");
        var high = await one.Queues.CountAsync("email-high");

        Assert.Single(ids.Distinct());
        Assert.Equal(1, waiting.Active + high.Active);
        goOn.SetResult();
        await one.WaitAsync(ids[0], TaskState.Success);
        await one.IdleAsync();
        Assert.Single(one.Script.Runs.Concat(other.Script.Runs));
    }
}
