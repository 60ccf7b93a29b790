using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>Runs that are cancelled so that what they did is undone.</summary>
[Collection(WorkflowTests.Name)]
public sealed class CancelUndoTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Steps = """
        [
          { "name": "pay", "type": "task", "task": "test.script", "args": { "text": "pay" },
            "undo": { "task": "test.script", "args": { "text": "$.steps.pay" } } },
          { "name": "pack", "type": "task", "task": "test.script", "args": { "text": "pack" }, "via": "activity",
            "undo": { "task": "test.script", "args": { "text": "$.steps.pack" }, "via": "activity" } },
          { "name": "go", "type": "wait" }
        ]
        """;

    private WorkflowHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await WorkflowHost.StartAsync(azurite);
        _host.Script.Run = (args, _) => Task.FromResult<object?>($"un{args.Text}");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("", "?undo=true&reason=late", true)]
    [InlineData("\"undoOnCancel\": true,", "?reason=late", true)]
    [InlineData("\"undoOnCancel\": true,", "?undo=false&reason=late", false)]
    [InlineData("", "?reason=late", false)]
    public async Task Cancel_AskedOrByItsDefinition_UndoesLastFirst(string members, string query, bool isUndone)
    {
        var id = await WaitingAsync(await _host.RegisterAsync(Steps, members));

        Assert.Equal(HttpStatusCode.Accepted, await CancelAsync(id, query));

        var run = await _host.WaitAsync(id, RunState.Cancelled);
        Assert.Equal(isUndone ? ["pay", "pack", "unpack", "unpay"] : ["pay", "pack"], Texts(_host));
        var done = isUndone ? StepState.Undone : StepState.Completed;
        Assert.Equal([done, done, StepState.Cancelled], run.Steps.Select(s => s.Status));
        Assert.Equal("Cancelled: late", run.Error!.Message);
    }

    [Fact]
    public async Task Cancel_WhileItUndoes_ShowsThatAndIsTooLate()
    {
        var (entered, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        var id = await WaitingAsync(await _host.RegisterAsync(Steps));
        _host.Script.Run = async (args, _) =>
        {
            entered.TrySetResult();
            await goOn.Task;
            return null;
        };
        await CancelAsync(id, "?undo=true");
        await entered.Task.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(RunState.Undoing, (await _host.FindAsync(id)).Status);
        var listed = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?state=undoing&text={id}");
        Assert.Equal("undoing", listed!["runs"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.Conflict, await CancelAsync(id, ""));
        await PostAsync($"{id}/suspend", HttpStatusCode.Accepted);
        await _host.WaitAsync(id, RunState.Suspended);
        Assert.Equal(HttpStatusCode.Conflict, await CancelAsync(id, ""));
        await PostAsync($"{id}/resume", HttpStatusCode.Accepted);
        Assert.Equal(RunState.Undoing, (await _host.FindAsync(id)).Status);

        goOn.SetResult();
        var run = await _host.WaitAsync(id, RunState.Cancelled);
        Assert.Equal(2, run.Steps.Count(s => s.Status == StepState.Undone));
    }

    [Fact]
    public async Task Signal_ToARunThatUndoes_IsTooLate()
    {
        var goOn = new TaskCompletionSource();
        var name = await _host.RegisterAsync(
            Steps.Replace(
                "{ \"name\": \"go\"", "{ \"name\": \"go\", \"type\": \"wait\" }, { \"name\": \"never\"", StringComparison.Ordinal));
        var id = await WaitingAsync(name);
        _host.Script.Run = async (_, _) =>
        {
            await goOn.Task;
            return null;
        };
        await CancelAsync(id, "?undo=true");
        await _host.WaitAsync(id, RunState.Undoing);

        await PostAsync($"{id}/signals/never", HttpStatusCode.Conflict);

        goOn.SetResult();
        await _host.WaitAsync(id, RunState.Cancelled);
    }

    [Theory]
    [InlineData("?undo=true", true)]
    [InlineData("?undo=false", false)]
    [InlineData("", false)]
    public async Task Cancel_ChildAtWork_IsUndoneBeforeWhatCameBeforeIt(string query, bool isUndone)
    {
        // Its own definition is not asked: it is part of what was cancelled.
        var child = await _host.RegisterAsync(Steps, "\"undoOnCancel\": true,");
        var parent = await _host.RegisterAsync($$"""
            [
              { "name": "first", "type": "task", "task": "test.script", "args": { "text": "first" },
                "undo": { "task": "test.script", "args": { "text": "$.steps.first" } } },
              { "name": "inner", "type": "workflow", "workflow": "{{child}}" }
            ]
            """);
        var id = await _host.StartRunAsync(parent);
        await _host.WaitAsync(id, "inner", StepState.Running);
        var inner = (await _host.FindAsync(id)).Steps[1].WorkId!;
        await _host.WaitAsync(inner, "go", StepState.Waiting);

        await CancelAsync(id, query);

        await _host.WaitAsync(id, RunState.Cancelled);
        await _host.WaitAsync(inner, RunState.Cancelled);
        string[] done = ["first", "pay", "pack"];
        Assert.Equal(isUndone ? [.. done, "unpack", "unpay", "unfirst"] : done, Texts(_host));
    }

    [Theory]
    [InlineData("?undo=true", true)]
    [InlineData("", false)]
    public async Task Cancel_SuspendedChild_HearsOfItAndHoldsNothingUp(string query, bool isUndone)
    {
        var grandchild = await _host.RegisterAsync(Steps);
        var child = await _host.RegisterAsync($$"""[{ "name": "deep", "type": "workflow", "workflow": "{{grandchild}}" }]""");
        var parent = await _host.RegisterAsync($$"""[{ "name": "inner", "type": "workflow", "workflow": "{{child}}" }]""");
        var id = await _host.StartRunAsync(parent);
        await _host.WaitAsync(id, "inner", StepState.Running);
        var inner = (await _host.FindAsync(id)).Steps[0].WorkId!;
        await _host.WaitAsync(inner, "deep", StepState.Running);
        var deep = (await _host.FindAsync(inner)).Steps[0].WorkId!;
        await _host.WaitAsync(deep, "go", StepState.Waiting);
        foreach (var run in (string[])[inner, deep])
        {
            await PostAsync($"{run}/suspend", HttpStatusCode.Accepted);
            await _host.WaitAsync(run, RunState.Suspended);
        }

        await CancelAsync(id, query);

        foreach (var run in (string[])[id, inner, deep]) await _host.WaitAsync(run, RunState.Cancelled);
        Assert.Equal(isUndone ? ["pay", "pack", "unpack", "unpay"] : ["pay", "pack"], Texts(_host));
    }

    [Fact]
    public async Task Fail_ChildAtWorkInAnotherBranch_IsUndoneToo()
    {
        var child = await _host.RegisterAsync(Steps);
        var parent = await _host.RegisterAsync($$"""
            [{ "name": "both", "type": "parallel", "steps": [
              { "name": "inner", "type": "workflow", "workflow": "{{child}}" },
              { "name": "fails", "type": "wait", "timeoutSeconds": 60 }] }]
            """);
        var id = await _host.StartRunAsync(parent);
        await _host.WaitAsync(id, "inner", StepState.Running);
        var inner = (await _host.FindAsync(id)).Steps.Single(s => s.Name == "inner").WorkId!;
        await _host.WaitAsync(inner, "go", StepState.Waiting);
        await _host.WaitAsync(id, "fails", StepState.Waiting);
        await _host.Tasks.SettledAsync();

        _host.Time.Advance(TimeSpan.FromSeconds(61));

        await _host.WaitAsync(id, RunState.Failed);
        var run = await _host.WaitAsync(inner, RunState.Cancelled);
        Assert.Equal(["pay", "pack", "unpack", "unpay"], Texts(_host));
        Assert.Equal(2, run.Steps.Count(s => s.Status == StepState.Undone));
    }

    [Fact]
    public async Task Cancel_HostDiesWhileItUndoes_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string id;
        await using (var host = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time))
        {
            var entered = new TaskCompletionSource();
            host.Script.Run = async (args, context) =>
            {
                if (args.Text != "unpack") return $"un{args.Text}";
                entered.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
                return null;
            };
            id = await WaitingAsync(await host.RegisterAsync(Steps), host);
            await CancelAsync(id, "?undo=true", host);
            await entered.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }

        await using var next = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time);

        var run = await next.WaitAsync(id, RunState.Cancelled);
        Assert.Equal(["unpack", "unpay"], Texts(next));
        Assert.Equal(2, run.Steps.Count(s => s.Status == StepState.Undone));
    }

    [Theory]
    [InlineData("?undo=maybe")]
    [InlineData("?undo=")]
    [InlineData("?undo=true&undo=false")]
    public async Task Cancel_WrongUndo_IsRefusedAndTheRunGoesOn(string query)
    {
        var id = await WaitingAsync(await _host.RegisterAsync(Steps));

        Assert.Equal(HttpStatusCode.BadRequest, await CancelAsync(id, query));

        await PostAsync($"{id}/signals/go", HttpStatusCode.Accepted);
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Put_WrongUndoOnCancel_IsNamed()
    {
        using var answer = await _host.PutAsync($"w{Guid.NewGuid():N}"[..20], $$"""{ "undoOnCancel": "yes", "steps": {{Steps}} }""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("undoOnCancel", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> WaitingAsync(string name, WorkflowHost? host = null)
    {
        var id = await (host ?? _host).StartRunAsync(name);
        await (host ?? _host).WaitAsync(id, "go", StepState.Waiting);
        return id;
    }

    private async Task<HttpStatusCode> CancelAsync(string id, string query, WorkflowHost? host = null)
    {
        using var answer = await (host ?? _host).Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}{query}", UriKind.Relative));
        return answer.StatusCode;
    }

    private async Task PostAsync(string path, HttpStatusCode expected)
    {
        using var answer = await _host.Http.PostAsync(
            new Uri($"/api/workflows/runs/{path}", UriKind.Relative), new StringContent("{}"));
        Assert.Equal(expected, answer.StatusCode);
    }

    private static IEnumerable<string?> Texts(WorkflowHost host) => host.Script.Runs.Select(r => r.Args.Text);
}
