using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class HeartbeatTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(BeatTask.HeartbeatSeconds);
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public Task DisposeAsync()
    {
        _goOn.TrySetResult();
        return _host.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task Run_Silent_IsToldToStopAndFails()
    {
        _host.Script.Run = async (_, context) =>
        {
            _begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return null;
        };
        var id = await StartAsync();

        _host.Time.Advance(Beat + Moment);

        await IsSilentAsync(id);
    }

    [Fact]
    public async Task Run_ThatFailsToStop_FailsAlone()
    {
        _host.Script.Run = async (_, context) =>
        {
            await using var stop = context.CancellationToken.Register(() => throw new InvalidOperationException("Cannot stop."));
            _begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return null;
        };
        var id = await StartAsync();

        _host.Time.Advance(Beat + Moment);

        await IsSilentAsync(id);
    }

    [Fact]
    public async Task Run_ThatReports_GoesOnForLongerThanItsHeartbeat()
    {
        using var reported = new SemaphoreSlim(0);
        using var next = new SemaphoreSlim(0);
        _host.Script.Run = async (_, context) =>
        {
            _begun.SetResult();
            for (var i = 1; i <= 5; i++)
            {
                await next.WaitAsync(context.CancellationToken);
                await context.ReportAsync(i, 5);
                reported.Release();
            }

            return "done";
        };
        var id = await StartAsync();
        for (var i = 0; i < 5; i++)
        {
            _host.Time.Advance(Beat - Moment);
            next.Release();
            Assert.True(i == 4 || await reported.WaitAsync(TimeSpan.FromMinutes(2)));
        }

        await _host.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Run_ThatHeedsNothing_IsLeftBehindAndSaysNoMore()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _host.Script.Run = async (_, context) =>
        {
            _begun.SetResult();
            await _goOn.Task;
            await context.ReportAsync(1, 1, "late");
            over.SetResult();
            return "late";
        };
        var id = await StartAsync();

        _host.Time.Advance(Beat + Moment);
        _host.Time.Advance(Heartbeat.Grace + Moment);
        await IsSilentAsync(id);
        _goOn.SetResult();
        await over.Task.WaitAsync(TimeSpan.FromMinutes(2));

        var task = await _host.Tasks.GetAsync(id);
        Assert.Equal((TaskState.Failure, null), (task!.State, task.Progress));
    }

    private async Task<string> StartAsync()
    {
        var id = await _host.SendAsync(task: "test.beat");
        await _begun.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return id;
    }

    private async Task IsSilentAsync(string id)
    {
        var failed = await _host.WaitAsync(id, TaskState.Failure);
        Assert.Equal((ErrorClass.Timeout, "The run did not report for 10 s."), (failed.Error!.Class, failed.Error.Message));
    }
}
