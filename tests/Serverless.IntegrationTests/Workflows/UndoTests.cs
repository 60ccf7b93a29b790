using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class UndoTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Steps = """
        [
          { "name": "pay", "type": "task", "task": "test.script", "args": { "text": "pay" },
            "undo": { "task": "test.script", "args": { "text": "$.steps.pay" } } },
          { "name": "both", "type": "parallel", "steps": [
            { "name": "pack", "type": "task", "task": "test.script", "args": { "text": "pack" }, "via": "activity",
              "undo": { "task": "test.script", "args": { "text": "$.steps.pack" }, "via": "activity" } }] },
          { "name": "note", "type": "task", "task": "test.script", "args": { "text": "note" } },
          { "name": "ship", "type": "task", "task": "test.script", "args": { "text": "ship" },
            "undo": { "task": "test.script", "args": { "text": "no" } } }
        ]
        """;

    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Fail_StepsWithUndo_AreUndoneLastFirst()
    {
        _host.Script.Run = (args, _) => args.Text == "ship"
            ? throw new BusinessRuleException("no") : Task.FromResult<object?>($"un{args.Text}");

        var run = await _host.RunAsync(await _host.RegisterAsync(Steps), state: RunState.Failed);

        Assert.Equal(["pay", "pack", "note", "ship", "unpack", "unpay"], Texts(_host));
        var states = WorkflowHost.StatesOf(run);
        Assert.Equal(
            (StepState.Undone, StepState.Undone, StepState.Completed, StepState.Failed),
            (states["pay"], states["pack"], states["note"], states["ship"]));
        Assert.Equal(("ship", "no"), (run.Error!.Step, run.Error.Message));
        Assert.All(run.Steps.Where(s => s.Status == StepState.Undone), s => Assert.NotNull(s.UndoId));
        Assert.Equal(4, run.EndedSteps - 1);
    }

    [Fact]
    public async Task Fail_OneCannotBeUndone_TheOthersAreAndTheRunSaysSo()
    {
        _host.Script.Run = (args, _) => args.Text is "ship" or "unpack"
            ? throw new BusinessRuleException($"no {args.Text}") : Task.FromResult<object?>($"un{args.Text}");

        var run = await _host.RunAsync(await _host.RegisterAsync(Steps), state: RunState.Failed);

        Assert.Equal("no ship (1 step could not be undone.)", run.Error!.Message);
        Assert.Equal((StepState.Undone, StepState.Completed), (run.Steps[0].Status, run.Steps[2].Status));
        Assert.Equal("no unpack", run.Steps[2].Error!.Message);
    }

    [Fact]
    public async Task Complete_OrCancel_UndoesNothing()
    {
        var entered = new TaskCompletionSource();
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text);
        await _host.RunAsync(await _host.RegisterAsync(Steps));
        Assert.Equal(["pay", "pack", "note", "ship"], Texts(_host));

        _host.Script.Runs.Clear();
        _host.Script.Run = async (args, context) =>
        {
            if (args.Text != "note") return args.Text;
            entered.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(await _host.RegisterAsync(Steps));
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(2));
        using var cancel = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));

        await _host.WaitAsync(id, RunState.Cancelled);
        Assert.Equal(["pay", "pack", "note"], Texts(_host));
    }

    [Fact]
    public async Task Fail_TimeIsUp_UndoesWhatWasDone()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "pay", "type": "task", "task": "test.script", "args": { "text": "pay" },
                "undo": { "task": "test.script", "args": { "text": "unpay" } } },
              { "name": "go", "type": "wait" }
            ]
            """, "\"timeoutSeconds\": 60,");
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "go", StepState.Waiting);
        await _host.Tasks.SettledAsync();

        _host.Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(StepState.Undone, (await _host.WaitAsync(id, RunState.Failed)).Steps[0].Status);
        Assert.Equal(["pay", "unpay"], Texts(_host));
    }

    [Fact]
    public async Task Rerun_UndoneSteps_AreDoneAnew()
    {
        var isBroken = true;
        _host.Script.Run = (args, _) => args.Text == "ship" && isBroken
            ? throw new BusinessRuleException("no") : Task.FromResult<object?>($"un{args.Text}");
        var failed = await _host.RunAsync(await _host.RegisterAsync(Steps), state: RunState.Failed);
        _host.Script.Runs.Clear();
        isBroken = false;

        using var answer = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{failed.Id}/rerun", UriKind.Relative), null);
        var id = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["id"]!.GetValue<string>();

        await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal(["pay", "pack", "ship"], Texts(_host));
    }

    [Fact]
    public async Task Undo_HostDiesMeanwhile_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string id;
        await using (var host = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time))
        {
            var entered = new TaskCompletionSource();
            host.Script.Run = async (args, context) =>
            {
                if (args.Text == "ship") throw new BusinessRuleException("no");
                if (args.Text != "unpack") return $"un{args.Text}";
                entered.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
                return null;
            };
            id = await host.StartRunAsync(await host.RegisterAsync(Steps));
            await entered.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }

        await using var next = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time);

        var run = await next.WaitAsync(id, RunState.Failed);
        Assert.Equal(["unpack", "unpay"], Texts(next));
        Assert.Equal(2, run.Steps.Count(s => s.Status == StepState.Undone));
    }

    [Theory]
    [InlineData("{}", "undo.task")]
    [InlineData("\"x\"", "undo")]
    [InlineData("""{ "task": "no.such" }""", "undo: task")]
    [InlineData("""{ "task": "test.script", "args": { "text": "$.steps.later" } }""", "undo.args")]
    [InlineData("""{ "task": "test.script", "args": { "other": 1 } }""", "undo: args")]
    [InlineData("""{ "task": "test.script", "queue": "none" }""", "undo: queue")]
    [InlineData("""{ "task": "test.script", "when": "x" }""", "undo.when")]
    public async Task Put_WrongUndo_IsNamed(string undo, string place)
    {
        using var answer = await _host.PutAsync(
            $"w{Guid.NewGuid():N}"[..20],
            $$"""{ "steps": [{ "name": "a", "type": "task", "task": "test.script", "undo": {{undo}} }, { "name": "later", "type": "wait" }] }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Contains(errors, e => e.Key.Contains(place, StringComparison.Ordinal));
    }

    private static IEnumerable<string?> Texts(WorkflowHost host) => host.Script.Runs.Select(r => r.Args.Text);
}
