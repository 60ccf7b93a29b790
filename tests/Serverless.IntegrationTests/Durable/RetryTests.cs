using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class RetryTests
{
    private readonly ConcurrentQueue<DateTimeOffset> _tries = [];

    private TestFunctions Failing(int failures, Func<DurableHost> host) => new TestFunctions().Activity<int, int>("Fail", _ =>
    {
        _tries.Enqueue(host().Time.GetUtcNow());
        return _tries.Count > failures ? _tries.Count : throw new InvalidOperationException($"try {_tries.Count}");
    });

    [Fact]
    public async Task Policy_WithBackoff_WaitsLongerEachTimeUpToTheMaximum()
    {
        DurableHost host = null!;
        var policy = new RetryPolicy(6, TimeSpan.FromSeconds(10), 3, maxRetryInterval: TimeSpan.FromSeconds(60));
        await using var started = host = await DurableHost.StartAsync(Failing(4, () => host)
            .Orchestrator("Retry", c => c.CallActivityAsync<int>("Fail", 0, TaskOptions.FromRetryPolicy(policy))));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Retry");
        var end = await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(1));

        Assert.Equal(5, end.ReadOutputAs<int>());
        var waits = _tries.Zip(_tries.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        double[] least = [10, 30, 60, 60];
        Assert.All(waits.Zip(least), w => Assert.True(w.First >= w.Second, $"{w.First} s instead of {w.Second} s"));
    }

    [Fact]
    public async Task Policy_Exhausted_FailsWithTheStepOfTheLastTry()
    {
        DurableHost host = null!;
        await using var started = host = await DurableHost.StartAsync(Failing(99, () => host)
            .Orchestrator(
                "Retry", c => c.CallActivityAsync<int>(
                    "Fail", 0, TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(1))))));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Retry");
        var end = await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(1));

        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Fail' (#4) failed with an unhandled exception: try 3", end.SerializedOutput);
        Assert.Equal(3, _tries.Count);
    }

    [Fact]
    public async Task Policy_HandleFailureSaysNo_FailsAtOnce()
    {
        DurableHost host = null!;
        var policy = new RetryPolicy(5, TimeSpan.FromSeconds(1)) { HandleFailure = f => !f.IsCausedBy<InvalidOperationException>() };
        await using var started = host = await DurableHost.StartAsync(Failing(99, () => host)
            .Orchestrator("Retry", c => c.CallActivityAsync<int>("Fail", 0, TaskOptions.FromRetryPolicy(policy))));

        var end = await host.RunAsync("Retry");

        Assert.Contains("(#0)", end.SerializedOutput, StringComparison.Ordinal);
        Assert.Single(_tries);
    }

    [Fact]
    public async Task Policy_Timeout_EndsTheRetries()
    {
        DurableHost host = null!;
        var policy = new RetryPolicy(100, TimeSpan.FromSeconds(10), retryTimeout: TimeSpan.FromSeconds(25));
        await using var started = host = await DurableHost.StartAsync(Failing(99, () => host)
            .Orchestrator("Retry", c => c.CallActivityAsync<int>("Fail", 0, TaskOptions.FromRetryPolicy(policy))));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Retry");
        var end = await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(1));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.InRange(_tries.Count, 2, 4);
    }

    [Fact]
    public async Task Handler_DecidesEachTry()
    {
        DurableHost host = null!;
        await using var started = host = await DurableHost.StartAsync(Failing(99, () => host).Orchestrator("Retry", async c =>
        {
            var seen = new List<string>();
            var options = TaskOptions.FromRetryHandler(r =>
            {
                seen.Add($"{r.LastAttemptNumber}:{r.LastFailure.ErrorMessage}:{r.LastFailure.IsCausedBy<InvalidOperationException>()}");
                return r.LastAttemptNumber < 3;
            });
            try
            {
                return $"{await c.CallActivityAsync<int>("Fail", 0, options)}";
            }
            catch (TaskFailedException e)
            {
                return $"{string.Join(" | ", seen)} | {e.FailureDetails.ErrorMessage} #{e.TaskId}";
            }
        }));

        Assert.Equal("1:try 1:True | 2:try 2:True | 3:try 3:True | try 3 #2", (await host.RunAsync("Retry")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task AsyncHandler_MayWaitOnTheContext()
    {
        DurableHost host = null!;
        await using var started = host = await DurableHost.StartAsync(Failing(1, () => host).Orchestrator("Retry", c =>
            c.CallActivityAsync<int>("Fail", 0, TaskOptions.FromRetryHandler(async r =>
            {
                await r.OrchestrationContext.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                return true;
            }))));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Retry");

        Assert.Equal(2, (await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(30))).ReadOutputAs<int>());
    }

    [Fact]
    public void Policy_WrongValues_AreRefused()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, maxRetryInterval: second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, retryTimeout: second / 2));
        Assert.Equal(TimeSpan.FromHours(1), new RetryPolicy(1, second).MaxRetryInterval);
    }
}
