using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class RunControlTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Cancel_RunIsSuspended_StopsItAndItsTask()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "slow", "type": "task", "task": "test.script" }, { "name": "never", "type": "task", "task": "test.script" }]""");
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        await _host.WaitAsync(id, "slow", StepState.Running);
        using var suspended = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{id}/suspend", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Accepted, suspended.StatusCode);
        Assert.Equal(RunState.Suspended, (await _host.FindAsync(id)).Status);

        using var cancelled = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}?reason=enough", UriKind.Relative));

        var run = await _host.WaitAsync(id, RunState.Cancelled);
        Assert.Equal("Cancelled: enough", run.Error!.Message);
        Assert.Equal((StepState.Cancelled, StepState.Pending), (WorkflowHost.StatesOf(run)["slow"], WorkflowHost.StatesOf(run)["never"]));
        await _host.Tasks.WaitAsync(run.Steps[0].WorkId!, TaskState.Revoked);
        using var again = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Resume_SuspendedRun_GoesOnWhereItWas()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script" }, { "name": "two", "type": "task", "task": "test.script" }]""");
        var go = new TaskCompletionSource<object?>();
        _host.Script.Run = (_, _) => go.Task;
        var id = await _host.StartRunAsync(name);
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        using var suspended = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{id}/suspend", UriKind.Relative), null);
        go.SetResult("done");
        await _host.Tasks.WaitAsync((await _host.FindAsync(id)).Steps[0].WorkId!, TaskState.Success);
        Assert.Single(_host.Script.Runs);

        using var resumed = await _host.Http.PostAsync(new Uri($"/api/workflows/runs/{id}/resume", UriKind.Relative), null);

        await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal(2, _host.Script.Runs.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Show_RunThatWasTerminatedFromOutside_IsCancelled(bool isListed)
    {
        var name = await _host.RegisterAsync("""[{ "name": "slow", "type": "task", "task": "test.script" }]""");
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "slow", StepState.Running);

        await _host.Tasks.Durable.TerminateInstanceAsync(id);

        if (isListed) await Eventually.EqualAsync("cancelled", () => ListedStateAsync(name));
        var run = await _host.WaitAsync(id, RunState.Cancelled);
        Assert.Equal((StepState.Cancelled, "It was terminated from outside."), (run.Steps[0].Status, run.Error!.Message));
        using var cancel = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Conflict, cancel.StatusCode);
    }

    [Fact]
    public async Task Show_RunThatWasSuspendedFromOutside_IsSuspendedAndCanBeCancelled()
    {
        var name = await _host.RegisterAsync("""[{ "name": "slow", "type": "task", "task": "test.script" }]""");
        _host.Script.Run = async (_, context) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "slow", StepState.Running);

        await _host.Tasks.Durable.SuspendInstanceAsync(id);

        await _host.WaitAsync(id, RunState.Suspended);
        using var cancel = await _host.Http.DeleteAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));
        await _host.WaitAsync(id, RunState.Cancelled);
    }

    private async Task<string?> ListedStateAsync(string workflow)
    {
        var page = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={workflow}");
        return page!["runs"]![0]!["status"]!.GetValue<string>();
    }
}
