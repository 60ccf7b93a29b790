using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Monitoring.Recording;
using Serverless.Resilience;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The monitor's view of steps that run without a queue, and of a map's items.</summary>
[Collection(WorkflowTests.Name)]
public sealed class StepRunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string[] One = ["a"];
    private static readonly string[] Three = ["a", "b", "c"];

    private WorkflowHost _host = null!;

    public async Task InitializeAsync()
    {
        foreach (var table in new[] { "TaskTotals", "TaskExecutions", "AppInstances" }) await azurite.Tables.DeleteTableAsync(table);
        _host = await WorkflowHost.StartAsync(azurite);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Step_Succeeds_IsActiveNoMore()
    {
        await _host.RunAsync(await StepAsync());

        var statistics = await StatisticsAsync("test.script");
        Assert.Equal((0, 1L, 1L), (statistics.Active, statistics.Total, statistics.Succeeded));
    }

    [Fact]
    public async Task Step_FailsAndRetries_CountsAttemptsAsWhatTheyWere()
    {
        _host.Script.Run = (_, context) => context.Attempt == 0
            ? throw new InvalidOperationException("again") : throw new FormatException("never");
        var id = await _host.StartRunAsync(await StepAsync("\"retry\": { \"maxRetries\": 5, \"delaySeconds\": 0 }"));
        var run = await _host.WaitAsync(id, RunState.Failed);

        var statistics = await StatisticsAsync("test.script");
        Assert.Equal((0, 2L, 1L, 1L), (statistics.Active, statistics.Total, statistics.Retried, statistics.Failed));
        Assert.Equal(
            (nameof(FormatException), "never", 2), (run.Steps[0].Error!.Type, run.Steps[0].Error!.Message, run.Steps[0].Attempts));
    }

    [Theory]
    [InlineData("activity")]
    [InlineData("map")]
    public async Task Step_TakesTooLong_IsATimeoutEverywhere(string kind)
    {
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _host.Time, context.CancellationToken);
            return null;
        };
        var name = kind == "map"
            ? await _host.RegisterAsync(
                """[{ "name": "only", "type": "map", "task": "test.quick", "items": "$.input.items", "via": "activity" }]""")
            : await StepAsync("\"retry\": { \"maxRetries\": 0 }", "test.quick");
        var id = await _host.StartRunAsync(name, new { items = One });
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        _host.Time.Advance(TimeSpan.FromSeconds(21));
        var run = await _host.WaitAsync(id, RunState.Failed);

        Assert.Equal("The run took longer than 20 s.", run.Steps[0].Error!.Message);
        var statistics = await StatisticsAsync("test.quick");
        Assert.Equal((0, 1L, ErrorClass.Timeout), (statistics.Active, statistics.Failed, (await ErrorsAsync()).Single().Error));
    }

    [Fact]
    public async Task Step_RunIsCancelled_EndsItsHandler()
    {
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(await StepAsync());
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        using var cancelled = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));
        await _host.WaitAsync(id, RunState.Cancelled);

        await Eventually.EqualAsync((0, 1L), async () => await StatisticsAsync("test.script") is var s ? (s.Active, s.Revoked) : default);
    }

    [Fact]
    public async Task Map_Items_AreCountedAsRunsOfTheirTask()
    {
        _host.Script.Run = (args, _) => args.Text == "b" ? throw new FormatException("no") : Task.FromResult<object?>(args.Text);
        var name = await _host.RegisterAsync(
            """[{ "name": "only", "type": "map", "task": "test.script", "items": "$.input.items", "tolerate": 1, "via": "activity" }]""");
        await _host.RunAsync(name, new { items = Three });

        var statistics = await StatisticsAsync("test.script");
        Assert.Equal((0, 3L, 2L, 1L), (statistics.Active, statistics.Total, statistics.Succeeded, statistics.Failed));
    }

    [Theory]
    [InlineData("activity", false)]
    [InlineData("activity", true)]
    [InlineData("map", false)]
    [InlineData("map", true)]
    public async Task Step_WithAHeartbeat_LastsForAsLongAsItReports(string kind, bool reports)
    {
        using var begun = new SemaphoreSlim(0);
        using var next = new SemaphoreSlim(0);
        _host.Script.Run = async (_, context) =>
        {
            for (var i = 0; i < 3; i++)
            {
                if (reports) await context.ReportAsync(i, 3);
                begun.Release();
                await next.WaitAsync(context.CancellationToken);
            }

            return "done";
        };
        var name = kind == "map"
            ? await _host.RegisterAsync(
                """[{ "name": "only", "type": "map", "task": "test.beat", "items": "$.input.items", "via": "activity" }]""")
            : await StepAsync(task: "test.beat");
        var id = await _host.StartRunAsync(name, new { items = One });
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await begun.WaitAsync(TimeSpan.FromMinutes(2)));
            _host.Time.Advance(TimeSpan.FromSeconds(BeatTask.HeartbeatSeconds - 4));
            next.Release();
            if (!reports && i == 1) break;
        }

        // Its time would be up after five minutes only.
        await _host.WaitAsync(id, reports ? RunState.Completed : RunState.Failed);
        Assert.Single(_host.Script.Runs);
    }

    private async Task<IReadOnlyList<ErrorCount>> ErrorsAsync() =>
        (await _host.Services.GetRequiredService<TaskMonitor>().ReadFailuresAsync(24)).ByTask.Single(t => t.Name == "test.quick").ByError;

    private Task<string> StepAsync(string members = "\"retry\": { \"maxRetries\": 0 }", string task = "test.script") =>
        _host.RegisterAsync($$"""[{ "name": "only", "type": "task", "task": "{{task}}", "via": "activity", {{members}} }]""");

    private async Task<TaskStatistics> StatisticsAsync(string task)
    {
        // Instances say what runs as they store what has ended.
        await _host.Services.GetRequiredService<ExecutionRecorder>().StoreAsync(default);
        return (await _host.Services.GetRequiredService<TaskMonitor>().ReadTasksAsync(24, task)).SingleOrDefault()
            ?? TaskStatistics.From(task, 0, new TaskTotals());
    }
}
