using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Running;
using Serverless.TestSupport.Tasks;

namespace Serverless.UnitTests.Tasks;

public sealed class HandlerInvokerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
    private readonly Recorder _recorder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddScoped<Scoped>().BuildServiceProvider();
    private readonly TaskDefinition _definition = TaskRegistry.Discover([typeof(ScriptTask)]).All.Single();

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Invoke_Returns_IsRecordedAsSuccessAndOver()
    {
        var outcome = await InvokeAsync((_, _) => Task.FromResult("1"u8.ToArray()));

        Assert.Equal("1", Encoding.UTF8.GetString(Assert.IsType<HandlerOutcome.Succeeded>(outcome).Result));
        AssertRecorded(ExecutionState.Success, null);
    }

    [Theory]
    [InlineData(true, ExecutionState.Retry)]
    [InlineData(false, ExecutionState.Failure)]
    internal async Task Invoke_Throws_IsClassifiedAndRecordedAsWhatFollows(bool retries, ExecutionState state)
    {
        var outcome = await InvokeAsync((_, _) => throw new HttpRequestException("down"), retries);

        Assert.Equal(ErrorClass.Connection, Assert.IsType<HandlerOutcome.Failed>(outcome).Class);
        AssertRecorded(state, ErrorClass.Connection);
    }

    [Fact]
    public async Task Invoke_TakesTooLong_IsATimeoutWhateverItThrows()
    {
        var call = InvokeAsync(async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return [];
        });
        _time.Advance(TimeSpan.FromSeconds(31));
        var failed = Assert.IsType<HandlerOutcome.Failed>(await call);

        Assert.Equal(
            (ErrorClass.Timeout, "The run took longer than 30 s."),
            (failed.Class, Assert.IsType<TimeoutException>(failed.Exception).Message));
        AssertRecorded(ExecutionState.Failure, ErrorClass.Timeout);
    }

    [Fact]
    public async Task Invoke_FailsToStop_FailsAloneAndNotOnTheTimersThread()
    {
        var call = InvokeAsync(async (_, token) =>
        {
            await using var stop = token.Register(() => throw new InvalidOperationException("Cannot stop."));
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return [];
        });

        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(ErrorClass.Timeout, Assert.IsType<HandlerOutcome.Failed>(await call).Class);
    }

    [Fact]
    public async Task Invoke_Revoked_IsRevokedWhateverItThrows()
    {
        using var revoked = new CancellationTokenSource();
        var outcome = await InvokeAsync(
            async (_, _) =>
            {
                await revoked.CancelAsync();
                throw new InvalidOperationException("stopped half way");
            },
            revoked: revoked.Token);

        Assert.IsType<HandlerOutcome.Revoked>(outcome);
        AssertRecorded(ExecutionState.Revoked, null);
    }

    [Fact]
    public async Task Invoke_HostStops_IsOverButHasNotEnded()
    {
        using var stopping = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => InvokeAsync(
            async (_, token) =>
            {
                await stopping.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return [];
            },
            stopping: stopping.Token));

        Assert.Equal((0, 0), (_recorder.Active, _recorder.RecordEnd.Count));
    }

    [Fact]
    public async Task Invoke_Throws_AsksWhatFollowsInTheScopeOfTheRun()
    {
        Scoped? ran = null, asked = null;
        var run = Run((scope, _) =>
        {
            ran = scope.GetRequiredService<Scoped>();
            throw new InvalidOperationException("no");
        }) with
        {
            WillRetry = (scope, _) =>
            {
                asked = scope.GetRequiredService<Scoped>();
                return ValueTask.FromResult(!asked.IsDisposed);
            },
        };
        await Invoker().InvokeAsync(run, default);

        Assert.Same(ran, asked);
        Assert.True(ran!.IsDisposed);
        AssertRecorded(ExecutionState.Retry, ErrorClass.Other);
    }

    [Fact]
    public async Task Invoke_OneOfMany_IsKeptOnlyWhenItFails()
    {
        await Invoker().InvokeAsync(Run((_, _) => Task.FromResult("1"u8.ToArray())) with { IsOneOfMany = true }, default);
        await Invoker().InvokeAsync(Run((_, _) => throw new JsonException("no")) with { IsOneOfMany = true }, default);

        Assert.Equal(
            [(ExecutionState.Success, false), (ExecutionState.Failure, true)], _recorder.RecordEnd.Select(e => (e.Run.State, e.IsKept)));
    }

    private void AssertRecorded(ExecutionState state, ErrorClass? error)
    {
        var (run, isKept) = Assert.Single(_recorder.RecordEnd);
        Assert.Equal(
            ("id", "test.script", "lane", 2, state, error, true),
            (run.TaskId, run.Task, run.Lane, run.Attempt, run.State, run.Error, isKept));
        Assert.Equal(0, _recorder.Active);
    }

    private Task<HandlerOutcome> InvokeAsync(
        Func<IServiceProvider, CancellationToken, Task<byte[]>> call, bool retries = false, CancellationToken revoked = default,
        CancellationToken stopping = default) =>
        Invoker().InvokeAsync(Run(call) with { Revoked = revoked, WillRetry = (_, _) => ValueTask.FromResult(retries) }, stopping);

    private HandlerRun Run(Func<IServiceProvider, CancellationToken, Task<byte[]>> call) =>
        new(_definition, "id", "lane", 2, TimeSpan.FromSeconds(30)) { Call = call, WillRetry = (_, _) => ValueTask.FromResult(false) };

    private HandlerInvoker Invoker() => new(_services.GetRequiredService<IServiceScopeFactory>(), _recorder, new ErrorClassifier(), _time);

    private sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class Recorder : IExecutionRecorder
    {
        public int Active { get; private set; }

        public List<(TaskExecution Run, bool IsKept)> RecordEnd { get; } = [];

        public IDisposable RecordStart(string taskId, string task, string lane, int attempt)
        {
            Active++;
            return new Running(this);
        }

        void IExecutionRecorder.RecordEnd(TaskExecution execution, bool isKept) => RecordEnd.Add((execution, isKept));

        private sealed class Running(Recorder recorder) : IDisposable
        {
            public void Dispose() => recorder.Active--;
        }
    }
}
