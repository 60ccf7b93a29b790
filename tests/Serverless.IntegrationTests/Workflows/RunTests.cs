using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class RunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_EveryKindOfStep_HasItsResults()
    {
        var run = await _host.RunAsync("number_tour", new { a = 2, b = 3, @double = true, numbers = Enumerable.Range(1, 3) });

        Assert.Equal(5, run.Steps.Single(s => s.Name == "sum").Result!.Value.GetDouble());
        Assert.Equal(10, run.Steps.Single(s => s.Name == "doubling").Result!.Value.GetDouble());
        Assert.Equal(6, run.Steps.Single(s => s.Name == "once").Result!.Value.GetDouble());
        var each = run.Steps.Single(s => s.Name == "each").Result!.Value;
        Assert.Equal((3, 3), (each.GetProperty("items").GetInt32(), each.GetProperty("succeeded").GetInt32()));
        Assert.Equal([6.0, 7.0, 8.0], each.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
        Assert.All(run.Steps, s => Assert.Equal(StepState.Completed, s.Status));
        Assert.Equal((6, 6, 1), (run.EndedSteps, run.TotalSteps, run.Steps.Single(s => s.Name == "sum").Attempts));
        Assert.All(run.Steps, s => Assert.NotNull(s.Ended));
    }

    [Fact]
    public async Task Run_ConditionIsFalse_SkipsTheStepAndItsBranch()
    {
        var run = await _host.RunAsync("number_tour", new { a = 2, b = 3, @double = false });

        var states = WorkflowHost.StatesOf(run);
        Assert.Equal((StepState.Skipped, StepState.Skipped), (states["doubling"], states["doubled"]));
        Assert.Equal(0, run.Steps.Single(s => s.Name == "each").Result!.Value.GetProperty("items").GetInt32());
    }

    [Fact]
    public async Task Run_ConditionIsFalse_TakesTheElseBranch()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "choice", "type": "conditional", "condition": "$.input.n > `10`",
                "then": [{ "name": "large", "type": "task", "task": "test.script", "args": { "text": "large" } }],
                "else": [{ "name": "small", "type": "task", "task": "test.script", "args": { "text": "small" } }] },
              { "name": "after", "type": "task", "task": "test.script", "args": { "text": "$.steps.choice" } }
            ]
            """);
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text + "!");

        var run = await _host.RunAsync(name, new { n = 10 });

        Assert.Equal("small!!", run.Output!.Value.GetString());
        Assert.Equal((StepState.Skipped, StepState.Completed), (WorkflowHost.StatesOf(run)["large"], WorkflowHost.StatesOf(run)["small"]));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("inner")]
    [InlineData("branch")]
    [InlineData("last")]
    public async Task Run_StepFails_FailsAtThatStepAndStartsNothingMore(string failing)
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "first", "type": "task", "task": "test.script", "args": { "text": "first" } },
              { "name": "choice", "type": "conditional", "condition": "$.steps.first", "then": [{ "name": "inner", "type": "task", "task": "test.script", "args": { "text": "inner" } }] },
              { "name": "both", "type": "parallel", "steps": [{ "name": "branch", "type": "task", "task": "test.script", "args": { "text": "branch" } }] },
              { "name": "last", "type": "task", "task": "test.script", "args": { "text": "last" } }
            ]
            """);
        _host.Script.Run = (args, _) => args.Text == failing
            ? throw new TaskValidationException("as told") : Task.FromResult<object?>(args.Text);

        var run = await _host.RunAsync(name, state: RunState.Failed);

        Assert.Equal((failing, "as told", nameof(TaskValidationException)), (run.Error!.Step, run.Error.Message, run.Error.Type));
        Assert.Equal(StepState.Failed, WorkflowHost.StatesOf(run)[failing]);
        Assert.Equal("as told", run.Steps.Single(s => s.Name == failing).Error!.Message);
        var order = new[] { "first", "inner", "branch", "last" };
        Assert.Equal(order[..(Array.IndexOf(order, failing) + 1)], _host.Script.Runs.Select(r => r.Args.Text!));
    }

    [Theory]
    [InlineData("", 1, false)]
    [InlineData("\"tolerate\": 1,", 1, true)]
    [InlineData("\"tolerate\": 1,", 2, false)]
    [InlineData("\"tolerate\": 0.5,", 2, true)]
    [InlineData("\"tolerate\": 0.5,", 3, false)]
    public async Task Run_BranchesFail_BearsAsManyAsItTolerates(string tolerate, int failing, bool completes)
    {
        var branches = string.Join(
            ',', Enumerable.Range(0, 4)
                .Select(
                    i =>
                        $$"""{ "name": "b{{i}}", "type": "task", "task": "test.script", "via": "activity", "args": { "chunkSize": {{i}} } }"""));
        var name = await _host.RegisterAsync($$"""[{ "name": "all", "type": "parallel", {{tolerate}} "steps": [{{branches}}] }]""");
        _host.Script.Run = (args, _) => args.ChunkSize < failing ? throw new BusinessRuleException("no") : Task.FromResult<object?>(1);

        var run = await _host.RunAsync(name, state: completes ? RunState.Completed : RunState.Failed);

        if (completes) Assert.Equal(failing, run.Output!.Value.GetProperty("failed").GetInt32());
        else Assert.StartsWith("b", run.Error!.Step, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TimeIsUp_FailsWithTheStepAtWorkAndRevokesIt()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "slow", "type": "task", "task": "test.script" }, { "name": "never", "type": "task", "task": "test.script" }]""",
            "\"timeoutSeconds\": 20,");
        var cancelled = new TaskCompletionSource();
        _host.Script.Run = async (_, context) =>
        {
            using var registration = context.CancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);

        _host.Time.Advance(TimeSpan.FromSeconds(21));

        var run = await _host.WaitAsync(id, RunState.Failed);
        Assert.Equal(("slow", typeof(TimeoutException).Name), (run.Error!.Step, run.Error.Type));
        Assert.Equal((StepState.Failed, StepState.Pending), (WorkflowHost.StatesOf(run)["slow"], WorkflowHost.StatesOf(run)["never"]));
        await cancelled.Task.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
    }

    [Fact]
    public async Task Rerun_FailedRun_TakesFinishedStepsOver()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "one", "type": "task", "task": "test.script", "args": { "text": "one" } },
              { "name": "both", "type": "parallel", "steps": [
                { "name": "well", "type": "task", "task": "test.script", "args": { "text": "well" } },
                { "name": "badly", "type": "task", "task": "test.script", "args": { "text": "badly" } }], "tolerate": 0 },
              { "name": "end", "type": "task", "task": "test.script", "args": { "text": "$.steps.well" } }
            ]
            """);
        var well = new TaskCompletionSource();
        _host.Script.Run = async (args, _) =>
        {
            if (args.Text == "badly") await well.Task;
            return args.Text == "badly" ? throw new TaskValidationException("not yet") : args.Text + "!";
        };
        var id = await _host.StartRunAsync(name, new { });
        await _host.WaitAsync(id, "well", StepState.Completed);
        well.SetResult();
        await _host.WaitAsync(id, RunState.Failed);
        _host.Script.Runs.Clear();
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text + "!");

        using var response = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{id}/rerun", UriKind.Relative), null);
        var again = (await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();
        var run = await _host.WaitAsync(again, RunState.Completed);

        Assert.Equal((id + ".r2", id, "well!!"), (again, run.RerunOf, run.Output!.Value.GetString()));
        Assert.Equal(["badly", "well!"], _host.Script.Runs.Select(r => r.Args.Text).Order(StringComparer.Ordinal));
        Assert.Equal((id, null), (run.Steps.Single(s => s.Name == "one").TakenFrom, run.Steps.Single(s => s.Name == "badly").TakenFrom));
        using var refused = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{again}/rerun", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
    }

    [Fact]
    public async Task Run_NewVersionIsRegistered_KeepsItsOwn()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script" }, { "name": "two", "type": "task", "task": "test.script", "args": { "text": "old" } }]""");
        var go = new TaskCompletionSource<object?>();
        _host.Script.Run = (_, _) => go.Task;
        var id = await _host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);

        await _host.RegisterAsync(
            """[{ "name": "other", "type": "task", "task": "test.script", "args": { "text": "new" } }]""", name: name);
        go.SetResult("done");

        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal(1, run.Version);
        Assert.Equal(["one", "two"], run.Steps.Select(s => s.Name));
        Assert.Equal(2, (await _host.RunAsync(name)).Version);
        Assert.Equal([null, "old", "new"], _host.Script.Runs.Select(r => r.Args.Text));
    }

    [Fact]
    public async Task Run_ChildWorkflow_HasItsOutputAndIsARunOfItsOwn()
    {
        var child = await _host.RegisterAsync(
            """[{ "name": "inner", "type": "task", "task": "test.script", "args": { "text": "$.input.word" } }]""");
        var parent = await _host.RegisterAsync($$"""
            [
              { "name": "nested", "type": "workflow", "workflow": "{{child}}", "args": { "word": "$.input" } },
              { "name": "end", "type": "task", "task": "test.script", "args": { "text": "$.steps.nested" } }
            ]
            """);
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text + "!");

        var run = await _host.RunAsync(parent, "hello");

        Assert.Equal("hello!!", run.Output!.Value.GetString());
        var nested = await _host.FindAsync(run.Steps[0].WorkId!);
        Assert.Equal((child, run.Id, RunState.Completed), (nested.Workflow, nested.Parent, nested.Status));
    }

    [Fact]
    public async Task Run_LargeResults_TravelAsBlobs()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "large", "type": "task", "task": "test.script" },
              { "name": "activity", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.steps.large" } },
              { "name": "check", "type": "conditional", "condition": "length($.steps.activity) == `100000`",
                "then": [{ "name": "end", "type": "task", "task": "test.script", "args": { "text": "$.input.rest" } }] }
            ]
            """);
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text ?? new string('x', 100_000));

        var run = await _host.RunAsync(name, new { rest = new string('y', 50_000) });

        Assert.Equal(
            (new string('y', 50_000).Length, StepState.Completed),
            (_host.Script.Runs.Last().Args.Text!.Length, WorkflowHost.StatesOf(run)["end"]));
        Assert.All(run.Steps.Take(2), s => Assert.StartsWith($"results/workflows/{run.Id}/", s.ResultBlob, StringComparison.Ordinal));
        Assert.StartsWith("results/", run.InputBlob, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TaskFailsOnce_IsTriedAgainAsTheStepSays()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "step", "type": "task", "task": "test.script", "retry": { "maxRetries": 2, "delaySeconds": 7, "backoff": 3 } }]""");
        _host.Script.Run = (_, context) => context.Attempt < 2
            ? throw new InvalidOperationException("not yet") : Task.FromResult<object?>("third time");
        var id = await _host.StartRunAsync(name);
        var task = (await _host.WaitAsync(id, "step", StepState.Running)).Steps[0].WorkId!;

        var delays = new[] { await _host.Tasks.RetryAsync(task, 1), await _host.Tasks.RetryAsync(task, 2) };

        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal([7, 21], delays.Select(d => d.TotalSeconds));
        Assert.Equal(3, run.Steps[0].Attempts);
    }
}
