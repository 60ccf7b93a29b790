using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class RerunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Steps = """
        [
          { "name": "one", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.input.word" } },
          { "name": "all", "type": "parallel", "steps": [
            { "name": "two", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.steps.one" } }] },
          { "name": "three", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.steps.two" } }
        ]
        """;

    private WorkflowHost _host = null!;

    public async Task InitializeAsync()
    {
        _host = await WorkflowHost.StartAsync(azurite);
        _host.Script.Run = (args, _) => Task.FromResult<object?>(args.Text + "!");
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("""{ "input": { "word": "b" } }""", "b b! b!!", "b!!!")]
    [InlineData("""{ "from": "one" }""", "a a! a!!", "a!!!")]
    [InlineData("""{ "from": "all" }""", "a! a!!", "a!!!")]
    [InlineData("""{ "from": "three", "input": { "word": "b" } }""", "a!!", "a!!!")]
    public async Task Rerun_OfACompletedRun_StartsWhereItSays(string body, string runs, string output)
    {
        var name = await _host.RegisterAsync(Steps);
        var first = await _host.RunAsync(name, new { word = "a" });
        _host.Script.Runs.Clear();

        var (status, answer) = await RerunAsync(first.Id, body);

        Assert.Equal(HttpStatusCode.Accepted, status);
        var again = await _host.WaitAsync(answer["id"]!.GetValue<string>(), RunState.Completed);
        Assert.Equal((first.Id, output), (again.RerunOf, again.Output!.Value.GetString()));
        Assert.Equal(runs.Split(' '), _host.Script.Runs.Select(r => r.Args.Text!));
    }

    [Fact]
    public async Task Rerun_FromAStep_RunsItsChildAnew()
    {
        var child = await _host.RegisterAsync(
            """[{ "name": "inner", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.input.word" } }]""");
        var name = await _host.RegisterAsync(
            $$"""[{ "name": "child", "type": "workflow", "workflow": "{{child}}", "args": { "word": "$.input.word" } }]""");
        var first = await _host.RunAsync(name, new { word = "a" });

        var (_, answer) = await RerunAsync(first.Id, """{ "input": { "word": "b" } }""");

        var again = await _host.WaitAsync(answer["id"]!.GetValue<string>(), RunState.Completed);
        Assert.Equal("b!", again.Output!.Value.GetString());
    }

    [Fact]
    public async Task Rerun_SameRunIdTwice_IsOneRun()
    {
        var name = await _host.RegisterAsync(Steps);
        var first = await _host.RunAsync(name, new { word = "a" });
        var runId = $"again-{Guid.NewGuid():N}";
        var body = $$"""{ "from": "three", "runId": "{{runId}}" }""";
        await RerunAsync(first.Id, body);
        await _host.WaitAsync(runId, RunState.Completed);
        _host.Script.Runs.Clear();

        var (status, _) = await RerunAsync(first.Id, body);
        var (other, _) = await RerunAsync(first.Id, body.Replace("three", "one", StringComparison.Ordinal));

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict), (status, other));
        Assert.Empty(_host.Script.Runs);
    }

    [Theory]
    [InlineData("{ }", HttpStatusCode.Conflict, "failed or was cancelled")]
    [InlineData("""{ "from": "two" }""", HttpStatusCode.BadRequest, "outermost steps: one, all, three")]
    [InlineData("""{ "from": 7 }""", HttpStatusCode.BadRequest, "from")]
    [InlineData("""{ "runId": "x" }""", HttpStatusCode.BadRequest, "runId")]
    [InlineData("""{ "input": { }, "runId": "a/b" }""", HttpStatusCode.BadRequest, "runId")]
    [InlineData("""{ "inputs": { } }""", HttpStatusCode.BadRequest, "inputs")]
    public async Task Rerun_AskedForWrongly_SaysWhy(string body, HttpStatusCode expected, string sentence)
    {
        var name = await _host.RegisterAsync(Steps);
        var first = await _host.RunAsync(name, new { word = "a" });

        var (status, answer) = await RerunAsync(first.Id, body);

        Assert.Equal(expected, status);
        Assert.Contains(sentence, answer.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Delete_Workflow_StartsNoMoreAndKeepsItsRuns()
    {
        var name = await _host.RegisterAsync(Steps);
        var run = await _host.RunAsync(name, new { word = "a" });
        var address = new Uri($"/api/workflows/{name}", UriKind.Relative);

        using var deleted = await _host.Http.DeleteAsync(address);
        using var again = await _host.Http.DeleteAsync(address);
        using var shown = await _host.Http.GetAsync(address);
        using var started = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { });
        var list = await _host.Http.GetStringAsync(new Uri("/api/workflows", UriKind.Relative));

        Assert.Equal(
            [HttpStatusCode.NoContent, HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.NotFound],
            [deleted.StatusCode, again.StatusCode, shown.StatusCode, started.StatusCode]);
        Assert.DoesNotContain(name, list, StringComparison.Ordinal);
        Assert.Equal(RunState.Completed, (await _host.FindAsync(run.Id)).Status);
        var (status, answer) = await RerunAsync(run.Id, """{ "from": "three" }""");
        Assert.Equal(HttpStatusCode.Accepted, status);
        await _host.WaitAsync(answer["id"]!.GetValue<string>(), RunState.Completed);

        await _host.RegisterAsync(Steps, name: name);
        Assert.Equal(3, (await _host.RunAsync(name, new { word = "a" })).Version);
        using var gone = await _host.Http.GetAsync(new Uri($"/api/workflows/{name}?version=2", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Delete_WorkflowThatIsNeeded_SaysByWhom()
    {
        var child = await _host.RegisterAsync("""[{ "name": "inner", "type": "task", "task": "test.script" }]""");
        var parent = await _host.RegisterAsync($$"""[{ "name": "child", "type": "workflow", "workflow": "{{child}}" }]""");

        using var needed = await _host.Http.DeleteAsync(new Uri($"/api/workflows/{child}", UriKind.Relative));
        using var own = await _host.Http.DeleteAsync(new Uri("/api/workflows/number_tour", UriKind.Relative));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (needed.StatusCode, own.StatusCode));
        Assert.Contains(parent, await needed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, JsonObject Answer)> RerunAsync(string id, string body)
    {
        using var response = await _host.Http.PostAsync(
            new Uri($"/api/workflows/runs/{id}/rerun", UriKind.Relative), new StringContent(body));
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!);
    }
}
