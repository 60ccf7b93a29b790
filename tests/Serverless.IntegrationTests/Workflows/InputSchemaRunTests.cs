using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class InputSchemaRunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Schema = """
        "inputSchema": {
          "type": "object", "required": ["word", "count"], "additionalProperties": false,
          "properties": { "word": { "type": "string", "minLength": 1 }, "count": { "type": "integer", "minimum": 1 } }
        },
        """;

    private const string Steps =
        """[{ "name": "one", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.input.word" } }]""";

    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Start_InputDoesNotFit_NamesEveryFaultAndLeavesNoRun()
    {
        var name = await _host.RegisterAsync(Steps, Schema);
        var runId = $"order-{Guid.NewGuid():N}";

        using var response = await _host.Http.PostAsJsonAsync(
            $"/api/workflows/{name}/runs", new { input = new { word = "", cuont = 1 }, runId });
        using var missing = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.BadRequest), (response.StatusCode, missing.StatusCode));
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.Equal(
            ["input.count", "input.cuont", "input.word"], errors.Select(e => e.Key).Order(StringComparer.Ordinal));
        using var shown = await _host.Http.GetAsync(new Uri($"/api/workflows/runs/{runId}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, shown.StatusCode);
        var run = await _host.RunAsync(name, new { word = "a", count = 1 });
        using var rerun = await _host.Http.PostAsJsonAsync($"/api/workflows/runs/{run.Id}/rerun", new { input = new { } });
        Assert.Equal(HttpStatusCode.BadRequest, rerun.StatusCode);
    }

    [Fact]
    public async Task Run_ChildsInputDoesNotFit_FailsTheStep()
    {
        var child = await _host.RegisterAsync(Steps, Schema);
        var parent = await _host.RegisterAsync(
            $$"""[{ "name": "nested", "type": "workflow", "workflow": "{{child}}", "args": { "word": "a" } }]""");

        var run = await _host.RunAsync(parent, state: RunState.Failed);

        Assert.Equal("nested", run.Error!.Step);
        Assert.Contains("input.count", run.Error.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Script.Runs);
    }

    [Fact]
    public async Task Put_FaultySchema_NamesThePlace()
    {
        using var response = await _host.PutAsync("faulty", $$"""{ "inputSchema": { "typ": "object" }, "steps": {{Steps}} }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("inputSchema.typ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
