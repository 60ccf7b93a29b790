using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using NJsonSchema;
using Serverless.TestSupport;
using Serverless.Workflows.Definitions;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class DefinitionTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public static TheoryData<string, string, string> Faults => new()
    {
        { """[{ "name": "a", "type": "task", "task": "no.such" }]""", "step a: task", "There is no task 'no.such'" },
        { """[{ "name": "a", "type": "task", "task": "test.script" }, { "name": "a", "type": "task", "task": "test.script" }]""", "step a",
            "Another step has the same name" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "args": { "text": "$.steps.b" } }, { "name": "b", "type": "task", "task": "test.script" }]""", "step a: args.text", "does not come before" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "args": { "text": "$.steps.c" } }]""", "step a: args.text",
            "There is no step 'c'" },
        { """[{ "name": "p", "type": "parallel", "steps": [{ "name": "a", "type": "task", "task": "test.script" }, { "name": "b", "type": "task", "task": "test.script", "args": { "text": "$.steps.a" } }] }]""", "step b: args.text", "does not come before" },
        { """[{ "name": "c", "type": "conditional", "condition": "`true`", "then": [{ "name": "a", "type": "task", "task": "test.script" }] }]""", "step c: condition", "\"else\" is never run" },
        { """[{ "name": "c", "type": "conditional", "condition": "$.input.a >", "then": [{ "name": "a", "type": "task", "task": "test.script" }] }]""", "step c: condition", "Is no JMESPath expression" },
        { """[{ "name": "c", "type": "conditional", "condition": "$.inputs.a", "then": [{ "name": "a", "type": "task", "task": "test.script" }] }]""", "step c: condition", "There is no $.inputs" },
        { """[{ "name": "c", "type": "conditional", "condition": "$.input.a", "then": [] }]""", "steps[0].then", "at least one step" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "args": { "text": "$.item" } }]""", "step a: args.text",
            "in the arguments of a map only" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "args": { "txt": "$.input" } }]""", "step a: args.txt",
            "has no such argument" },
        { """[{ "name": "a", "type": "task", "task": "demo.add", "args": { "a": 1 } }]""", "step a: args",
            "They do not fit the task 'demo.add'" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "queue": "nowhere" }]""", "step a: queue",
            "There is no queue 'nowhere'" },
        { """[{ "name": "a", "type": "workflow", "workflow": "nobody" }]""", "step a: workflow", "There is no workflow 'nobody'" },
        { """[{ "name": "a", "type": "orchestration", "orchestration": "nobody" }]""", "step a: orchestration",
            "There is no orchestration 'nobody'" },
        { """[{ "name": "a", "type": "map", "task": "test.script", "items": 5 }]""", "steps[0].items", "Must be an array" },
        { """[{ "name": "a", "type": "map", "task": "test.script", "items": { "blob": "elsewhere/x.jsonl" } }]""", "steps[0].items",
            "starts with" },
        { """[{ "name": "1a", "type": "task", "task": "test.script" }]""", "steps[0].name", "no digit first" },
        { """[{ "name": "a", "type": "loop" }]""", "steps[0].type", "Must be one of" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "retry": { "maxRetries": 500 } }]""", "steps[0].retry.maxRetries",
            "from 0 to 100" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "then": [] }]""", "steps[0].then", "has no such member" },
        { """[{ "name": "a", "type": "wait", "signal": "no way" }]""", "steps[0].signal", "no digit first" },
        { """[{ "name": "a", "type": "wait", "signal": "go" }, { "name": "b", "type": "wait", "signal": "GO" }]""", "step b: signal",
            "Another step waits for 'GO'" },
        { """[{ "name": "a", "type": "wait", "condition": "$.input.a" }]""", "step a: condition", "which is $.signal" },
        { """[{ "name": "a", "type": "task", "task": "test.script", "args": { "text": "$.signal" } }]""", "step a: args.text",
            "in the condition of a wait or an approval only" },
        { """[{ "name": "a", "type": "wait", "timeoutSeconds": 3600 }]""", "step a: timeoutSeconds", "larger" },
        { """[{ "name": "a", "type": "wait", "onTimeout": "continue" }]""", "steps[0].onTimeout", "Needs \"timeoutSeconds\"" },
        { """[{ "name": "a", "type": "wait", "timeoutSeconds": 9, "default": 1 }]""", "steps[0].default", "Needs \"onTimeout\"" },
        { """[]""", "steps", "at least one step" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Put_Faulty_SaysWhatAndWhere(string steps, string place, string sentence)
    {
        using var response = await _host.PutAsync("faulty", $$"""{ "steps": {{steps}} }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.True(errors.ContainsKey(place), errors.ToJsonString());
        Assert.Contains(sentence, errors[place]!.AsArray().Select(e => e!.GetValue<string>()).First(), StringComparison.Ordinal);
        using var unknown = await _host.Http.GetAsync(new Uri("/api/workflows/faulty", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Put_ManyFaults_SaysAllAtOnce()
    {
        using var response = await _host.PutAsync("faulty", """
            { "steps": [
              { "name": "a", "type": "task", "task": "no.such" },
              { "name": "b", "type": "task", "task": "test.script", "args": { "text": "$.steps.z" }, "queue": "nowhere" },
              { "name": "b", "type": "conditional", "condition": "`1`", "then": [{ "name": "c", "type": "workflow", "workflow": "later" }] } ] }
            """);

        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.Equal(
            ["step a: task", "step b", "step b: args.text", "step b: condition", "step b: queue", "step c: workflow"], errors.Select(
                e => e.Key));
    }

    [Fact]
    public async Task Put_ThatLeadsBackToItself_IsRefused()
    {
        var b = await _host.RegisterAsync("""[{ "name": "s", "type": "task", "task": "test.script" }]""");
        var a = await _host.RegisterAsync($$"""[{ "name": "s", "type": "workflow", "workflow": "{{b}}" }]""");

        using var response = await _host.PutAsync(b, $$"""{ "steps": [{ "name": "s", "type": "workflow", "workflow": "{{a}}" }] }""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(
            $"A cycle of child workflows: {b} → {a} → {b}.", JsonNode.Parse(
                await response.Content.ReadAsStringAsync())!["errors"]!["step s: workflow"]![0]!.GetValue<string>(),
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_TooManyStepsOrTooLarge_IsRefused()
    {
        var many = string.Join(
            ',', Enumerable.Range(0, 1_001).Select(i => $$"""{ "name": "s{{i}}", "type": "task", "task": "test.script" }"""));

        using var tooMany = await _host.PutAsync("faulty", $$"""{ "steps": [{{many}}] }""");
        using var tooLarge = await _host.PutAsync("faulty", $$"""{ "description": "{{new string('x', 1 << 20)}}", "steps": [] }""");

        Assert.Contains(
            "There are 1001 steps; at most 1000 are allowed.", await tooMany.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
    }

    [Fact]
    public async Task Put_SameAgain_IsNoNewVersion()
    {
        var name = await _host.RegisterAsync("""[{ "name": "s", "type": "task", "task": "test.script" }]""");

        using var same = await _host.PutAsync(name, """{"steps":[{"type":"task","name":"s","task":"test.script"}]}""");
        using var other = await _host.PutAsync(
            name, """{ "version": 2, "steps": [{ "name": "t", "type": "task", "task": "test.script" }] }""");
        using var late = await _host.PutAsync(
            name, """{ "version": 2, "steps": [{ "name": "u", "type": "task", "task": "test.script" }] }""");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Conflict), (same.StatusCode, other.StatusCode, late.StatusCode));
        var shown = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/{name}");
        Assert.Equal(("t", 2), (shown!["definition"]!["steps"]![0]!["name"]!.GetValue<string>(), shown["versions"]!.AsArray().Count));
        var first = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/{name}?version=1");
        Assert.Equal("s", first!["definition"]!["steps"]![0]!["name"]!.GetValue<string>());
        var all = await _host.Http.GetFromJsonAsync<JsonObject>("/api/workflows");
        Assert.Contains(all!["workflows"]!.AsArray(), w => w!["name"]!.GetValue<string>() == name && w["version"]!.GetValue<int>() == 2);
    }

    [Fact]
    public async Task Schema_BuiltInWorkflows_Fit()
    {
        var schema = await JsonSchema.FromJsonAsync(await _host.Http.GetStringAsync(new Uri("/api/workflows/schema", UriKind.Relative)));

        Assert.NotEmpty(BuiltInWorkflows.Read());
        Assert.All(BuiltInWorkflows.Read(), d => Assert.Empty(schema.Validate(d.Value.GetRawText())));
        Assert.NotEmpty(schema.Validate("""{ "steps": [{ "name": "a", "type": "task" }] }"""));
    }

    [Fact]
    public async Task BuiltInWorkflows_AtFirstUse_AreRegistered()
    {
        var all = await _host.Http.GetFromJsonAsync<JsonObject>("/api/workflows");

        Assert.Superset(
            BuiltInWorkflows.Read().Keys.ToHashSet(), all!["workflows"]!.AsArray().Select(w => w!["name"]!.GetValue<string>()).ToHashSet());
    }
}
