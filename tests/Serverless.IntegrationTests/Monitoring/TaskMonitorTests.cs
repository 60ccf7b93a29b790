using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Resilience;
using Serverless.TestSupport;
using Serverless.TestSupport.Monitoring;

namespace Serverless.IntegrationTests.Monitoring;

/// <summary>Notes of instances, stored in real tables, as the monitor tells them.</summary>
[Collection(TaskTests.Name)]
public sealed class TaskMonitorTests(AzuriteFixture azurite)
{
    private readonly FakeTimeProvider _time = new(Runs.Noon.AddMinutes(30));

    private DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public async Task Tasks_RunsOfTwoInstancesAndARestart_AddUp()
    {
        var tables = new MonitorTables(azurite, "AddUp", _time);
        await StoreAsync(
            tables, "a", Runs.Run("1", Now, 100), Runs.Run("2", Now, 300, ExecutionState.Failure, ErrorClass.Timeout), Runs.Run(
                "3", Now, 10, task: "test.b"));
        await StoreAsync(tables, "b", Runs.Run("4", Now.AddSeconds(1), 200, lane: "email"));
        await StoreAsync(tables, "c", Runs.Run("5", Now, 50, ExecutionState.Retry, ErrorClass.Connection));

        var tasks = await tables.Monitor.ReadTasksAsync(1);

        Assert.Equal(["test.a", "test.b"], tasks.Select(t => t.Task));
        var a = tasks[0];
        Assert.Equal((4, 2, 1, 1, 0), (a.Total, a.Succeeded, a.Failed, a.Retried, a.Active));
        Assert.Equal((162.5, 50.0, 300.0, "2", Now.AddSeconds(1)), (a.MeanMs, a.MinimumMs, a.MaximumMs, a.Slowest, a.LastRun));
        Assert.InRange(a.P50Ms, 99, 101);
        Assert.Equal(300, a.P99Ms);
        Assert.Equal(tasks[1], Assert.Single(await tables.Monitor.ReadTasksAsync(1, "test.b")));
    }

    [Fact]
    public async Task Store_Again_CountsNothingTwice()
    {
        var tables = new MonitorTables(azurite, "Twice", _time);
        await using var instance = tables.Instance("a");
        instance.RecordEnd(Runs.Run("1", Now));
        await instance.StoreAsync(default);
        await instance.StoreAsync(default);
        instance.RecordEnd(Runs.Run("2", Now));
        await instance.StoreAsync(default);

        Assert.Equal(2, Assert.Single(await tables.Monitor.ReadTasksAsync(1)).Total);
        Assert.Equal(["1", "2"], (await tables.Monitor.ListExecutionsAsync(new ExecutionQuery(Runs.Noon))).Select(e => e.TaskId).Order());
    }

    [Fact]
    public async Task Health_RunsOfManyHours_TellsTheLastHourFromAll()
    {
        var tables = new MonitorTables(azurite, "Hours", _time);
        await using var instance = tables.Instance("a");
        instance.RecordEnd(Runs.Run("1", Now, 100, ExecutionState.Failure, ErrorClass.Other));
        _time.Advance(TimeSpan.FromMinutes(50));
        instance.RecordEnd(Runs.Run("2", Now, 300));
        _time.Advance(TimeSpan.FromMinutes(30));
        instance.RecordEnd(Runs.Run("3", Now, 500));
        await instance.StoreAsync(default);

        var health = await tables.Monitor.ReadHealthAsync(24);

        Assert.Equal((3, 2, 1, 300.0), (health.Overall.Total, health.Overall.Succeeded, health.Overall.Failed, health.Overall.MeanMs));
        Assert.Equal(2.0 / 3, health.Overall.SuccessRate);
        Assert.Equal(
            (2, 2, 0, 1.0, 400.0),
            (health.LastHour.Total, health.LastHour.Succeeded, health.LastHour.Failed, health.LastHour.SuccessRate,
                health.LastHour.MeanMs));
    }

    [Fact]
    public async Task Slow_RunsOfSeveralInstances_LongestFirstAndWithoutTheDead()
    {
        var tables = new MonitorTables(azurite, "Slow", _time);
        await using var dead = tables.Instance("dead");
        await using var alive = tables.Instance("alive");
        using var lost = dead.RecordStart("lost", "test.a", "default", 0);
        using var oldest = alive.RecordStart("oldest", "test.a", "default", 2);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var old = alive.RecordStart("old", "test.b", "email", 0);
        _time.Advance(TimeSpan.FromSeconds(20));
        using var young = alive.RecordStart("young", "test.a", "default", 0);
        var done = alive.RecordStart("done", "test.a", "default", 0);
        await dead.StoreAsync(default);
        _time.Advance(InstanceStore.Dead);
        done.Dispose();
        await alive.StoreAsync(default);

        var slow = await tables.Monitor.ListSlowAsync(TimeSpan.FromSeconds(31));
        var health = await tables.Monitor.ReadHealthAsync(1);

        Assert.Equal(
            [new RunningTask("oldest", "test.a", "default", 2, Runs.Noon.AddMinutes(30)), new(
                "old", "test.b", "email", 0, Runs.Noon.AddMinutes(30).AddSeconds(20))], slow);
        Assert.Equal((1, 3), (health.Instances, health.Active));
        Assert.Equal([2, 1], (await tables.Monitor.ReadTasksAsync(1)).Select(t => t.Active));
    }

    [Fact]
    public async Task Stop_NothingRunsAnyMore_TakesTheInstanceOff()
    {
        var tables = new MonitorTables(azurite, "Stop", _time);
        await using var instance = tables.Instance("a");
        var run = instance.RecordStart("1", "test.a", "default", 0);
        await instance.StoreAsync(default);
        run.Dispose();
        instance.RecordEnd(Runs.Run("1", Now));

        await instance.StopAsync(default);

        Assert.Empty(await tables.Instances.ReadAsync(default));
        Assert.Equal(1, Assert.Single(await tables.Monitor.ReadTasksAsync(1)).Total);
    }

    [Fact]
    public async Task Failures_ByTaskQueueAndError_CountRetriesToo()
    {
        var tables = new MonitorTables(azurite, "Failures", _time);
        await StoreAsync(
            tables, "a",
            Runs.Run("1", Now, 1, ExecutionState.Retry, ErrorClass.Connection, lane: "email"),
            Runs.Run("2", Now.AddSeconds(2), 1, ExecutionState.Failure, ErrorClass.Connection, lane: "email-high"),
            Runs.Run("3", Now.AddSeconds(1), 1, ExecutionState.Failure, ErrorClass.Validation, task: "test.b"),
            Runs.Run("4", Now), Runs.Run("5", Now, state: ExecutionState.Retry));

        var failures = await tables.Monitor.ReadFailuresAsync(24);

        Assert.Equal((5, 3), (failures.Runs, failures.Failures));
        Assert.Equal([("test.a", 2, 1, 0.5), ("test.b", 1, 1, 1.0)], failures.ByTask.Select(f => (f.Name, f.Failures, f.GivenUp, f.Share)));
        Assert.Equal([("email", 2), ("default", 1)], failures.ByQueue.Select(f => (f.Name, f.Failures)));
        Assert.Equal([new ErrorCount(ErrorClass.Connection, 2), new ErrorCount(ErrorClass.Validation, 1)], failures.ByError);
        Assert.Equal(["2", "3", "1"], failures.Latest.Select(e => e.TaskId));
    }

    [Fact]
    public async Task Executions_ManyOverSeveralHours_NewestFirstAndFiltered()
    {
        var tables = new MonitorTables(azurite, "Executions", _time);
        await using var instance = tables.Instance("a");
        for (var i = 0; i < 2_400; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            instance.RecordEnd(
                Runs.Run(
                    $"{i}", Now, 5 + (i % 7), i % 100 == 0 ? ExecutionState.Failure : ExecutionState.Success, i % 100 == 0
                        ? ErrorClass.Timeout : null, i % 2 == 0 ? "test.a" : "test.b"));
            if (i % 300 == 299) await instance.StoreAsync(default);
        }

        var last = await tables.Monitor.ListExecutionsAsync(new ExecutionQuery(Now.AddDays(-1), Top: 1000));
        var failed = await tables.Monitor.ListExecutionsAsync(new ExecutionQuery(Now.AddHours(-1), "test.a", Error: ErrorClass.Timeout));
        var none = await tables.Monitor.ListExecutionsAsync(new ExecutionQuery(Now.AddHours(-1), State: ExecutionState.Revoked));

        Assert.Equal(Enumerable.Range(1400, 1000).Reverse().Select(i => $"{i}"), last.Select(e => e.TaskId));
        Assert.Equal(Runs.Run("2399", Now, 5 + (2399 % 7), task: "test.b"), last[0]);
        Assert.Equal(["2300", "2200", "2100", "2000", "1900", "1800", "1700"], failed.Select(e => e.TaskId));
        Assert.Empty(none);
    }

    [Fact]
    public async Task DeleteOlderThan_OldHours_KeepsTheLastTenThousandExecutions()
    {
        var tables = new MonitorTables(azurite, "Old", _time);
        await using var instance = tables.Instance("a");
        for (var i = 0; i < 25; i++)
        {
            for (var j = 0; j < 500; j++) instance.RecordEnd(Runs.Run($"{i}-{j}", Now, 1));
            await instance.StoreAsync(default);
            _time.Advance(TimeSpan.FromHours(1));
        }

        var deleted = await tables.Monitor.DeleteOlderThanAsync(Now.AddHours(-2));

        Assert.Equal(2_500, deleted);
        Assert.Equal(ExecutionStore.AlwaysKept, await tables.Executions.ReadAsync(Now.AddYears(-1)).CountAsync());
        Assert.Equal(1_000, Assert.Single(await tables.Monitor.ReadTasksAsync(48)).Total);
    }

    [Fact]
    public async Task DeleteOlderThan_HoursLongOver_FoldsTheirRowsAndKeepsTheirSums()
    {
        var tables = new MonitorTables(azurite, "Fold", _time);
        for (var i = 0; i < 120; i++)
            await StoreAsync(
                tables, $"{i:x4}", Runs.Run($"{i}", Now, 1 + i), Runs.Run(
                    $"b{i}", Now, 7, ExecutionState.Failure, ErrorClass.Other, "test.b"));
        var before = await tables.Monitor.ReadTasksAsync(48);
        var failures = await tables.Monitor.ReadFailuresAsync(48);
        Assert.Equal(240, await tables.Totals.ReadAsync(Runs.Noon, Now).CountAsync());
        _time.Advance(TimeSpan.FromHours(4));

        await tables.Monitor.DeleteOlderThanAsync(Now.AddDays(-30));

        Assert.Equal(2, await tables.Totals.ReadAsync(Runs.Noon, Now).CountAsync());
        Assert.Equivalent(before, await tables.Monitor.ReadTasksAsync(48), strict: true);
        Assert.Equivalent(failures.ByError, (await tables.Monitor.ReadFailuresAsync(48)).ByError, strict: true);

        // A row that was left out, as after a crash in between, is taken in by the next time.
        await tables.Totals.WriteAsync([Late(1)], default);
        await tables.Monitor.DeleteOlderThanAsync(Now.AddDays(-30));
        Assert.Equal(2, await tables.Totals.ReadAsync(Runs.Noon, Now).CountAsync());
        Assert.Equal(121, (await tables.Monitor.ReadTasksAsync(48, "test.a"))[0].Total);
    }

    private static Azure.Data.Tables.TableEntity Late(double ms)
    {
        var row = new TotalsRow("test.a", "default", Runs.Noon, new TaskTotals(), new MinuteCounts());
        row.Totals.Add(Runs.Run("late", Runs.Noon.AddMinutes(5), ms));
        return row.ToEntity("ffff-1");
    }

    private static async Task StoreAsync(MonitorTables tables, string id, params TaskExecution[] runs)
    {
        await using var instance = tables.Instance(id);
        foreach (var run in runs) instance.RecordEnd(run);
        await instance.StoreAsync(default);
    }
}
