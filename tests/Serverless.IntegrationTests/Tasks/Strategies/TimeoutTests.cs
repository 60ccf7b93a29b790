using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks.Strategies;

public sealed class TimeoutTests(AzuriteFixture azurite) : StrategyTest(azurite)
{
    [Fact]
    public async Task Timeout_EachRetry_WaitsTwoMinutesAndGetsMoreTime()
    {
        Fail(() => new TimeoutException("too slow"));
        var id = await Host.SendAsync();

        var times = new List<int?>();
        var delays = new List<TimeSpan>();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            times.Add((await ScheduledAsync(id, attempt)).TimeoutSeconds);
            delays.Add(await Host.RetryAsync(id, attempt));
        }

        await GivenUpAsync(id, "Timeout", typeof(TimeoutException), attempt: 3);
        Assert.Equal([Seconds(120), Seconds(120), Seconds(120)], delays);
        Assert.Equal([600, 900, 1200], times);
        Assert.Contains(
            Host.Logs.Lines, l => l.Message.Contains(
                $"{id} (test.script) of default needs somebody: out of retries after Timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Timeout_RunThatHangs_IsCancelledInTimeAndNotBefore()
    {
        var cancelled = 0;
        var release = new TaskCompletionSource();
        Script.Run = async (_, context) =>
        {
            await using var registration = context.CancellationToken.Register(() => Interlocked.Increment(ref cancelled));
            await (context.Attempt == 0
                ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken) : release.Task);
            context.CancellationToken.ThrowIfCancellationRequested();
            return "done";
        };
        var id = await Host.SendAsync(task: "test.quick");
        await Eventually.TrueAsync(() => Script.Runs.Any(r => r.Id == id));

        Host.Time.Advance(Seconds(QuickTask.TimeoutSeconds - 1));
        Assert.Equal(0, cancelled);
        Host.Time.Advance(Seconds(1));

        Assert.Equal(Seconds(120), await Host.RetryAsync(id, 1));
        Assert.Equal(1, cancelled);
        await Eventually.TrueAsync(() => Script.Runs.Any(r => r.Id == id && r.Attempt == 1));
        Host.Time.Advance(Seconds(QuickTask.TimeoutSeconds + 5));
        release.SetResult();
        Assert.Equal(1, (await Host.WaitAsync(id, TaskState.Success)).Attempt);
        Assert.Equal(1, cancelled);
    }
}
