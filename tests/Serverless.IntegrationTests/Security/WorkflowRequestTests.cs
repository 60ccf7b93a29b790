using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.IntegrationTests.Security;

public sealed class WorkflowRequestTests(HostileHost host) : IClassFixture<HostileHost>, IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = host.Address };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task WorkflowPut_FaultsOfAllKinds_AreAllNamed()
    {
        const string definition =
            """
            {"name":"other","timeoutSeconds":0,"colour":"red","steps":[
              {"name":"a","type":"task","task":"demo.nosuch"},
              {"name":"a","type":"workflow","workflow":"never_registered"},
              {"name":"b","type":"conditional","condition":"$.steps.zzz == ","then":[{"name":"c","type":"task","task":"demo.add","args":{"a":"$.nothing","q":1}}]},
              {"name":"d","type":"task","task":"demo.add","args":{"a":"x","b":1},"queue":"nowhere"},
              {"name":"e","type":"orchestration","orchestration":"none"},
              {"name":"f","type":"map","task":"demo.add","items":7,"chunkSize":0},
              {"name":"g","type":"workflow","workflow":"door_all"}]}
            """;
        foreach (var query in (string[])["", "?dryRun=true"])
        {
            var errors =
                (await SendAsync(
                    HttpMethod.Put, "/api/workflows/door_all" + query, definition, HttpStatusCode.BadRequest))["errors"]!.AsObject();

            string[] expected =
            [
                "name", "timeoutSeconds", "colour", "step a", "step a: task", "step a: workflow", "step b: condition", "step c: args.a",
                "step c: args.q", "step d: args", "step d: queue",
                "step e: orchestration", "steps[5].items", "steps[5].chunkSize", "step g: workflow",
            ];
            Assert.All(expected, e => Assert.True(errors.ContainsKey(e), $"{e} is missing in {errors.ToJsonString()}"));
        }
    }

    [Fact]
    public async Task WorkflowPut_DryRun_RegistersNothing()
    {
        const string definition = """{"steps":[{"name":"a","type":"task","task":"demo.add","args":{"a":1,"b":2}}]}""";

        var dry = await SendAsync(HttpMethod.Put, "/api/workflows/door_dry?dryRun=true", definition, HttpStatusCode.OK);
        using var unknown = await _http.GetAsync("/api/workflows/door_dry");
        var real = await SendAsync(HttpMethod.Put, "/api/workflows/door_dry", definition, HttpStatusCode.Created);
        await SendAsync(HttpMethod.Put, "/api/workflows/door_dry?dryRun=perhaps", definition, HttpStatusCode.BadRequest);

        Assert.Equal(
            (1, 1, HttpStatusCode.NotFound), (dry["version"]!.GetValue<int>(), real["version"]!.GetValue<int>(), unknown.StatusCode));
    }

    [Fact]
    public async Task WorkflowPut_HostileExpressions_AreRefusedAndTheHostGoesOn()
    {
        string[] hostile =
            ["$.input.a == " + new string('!', 100_000), "$.input" + string.Concat(
                Enumerable.Repeat(".a", 10_000)), "$.input" + string.Concat(Enumerable.Repeat("[?a", 1_200))];
        foreach (var expression in hostile)
        {
            foreach (var step in (object[])
            [
                new { name = "a", type = "task", task = "demo.add", args = (object)new { a = expression, b = 1 } },
                new { name = "a", type = "map", task = "demo.add", items = expression, args = (object)new { b = 1 } },
                new { name = "a", type = "map", task = "demo.add", items = "$.input", args = (object)new { a = expression } },
                new { name = "a", type = "workflow", workflow = "number_tour", args = (object)new { n = new[] { expression } } },
                new { name = "a", type = "conditional", condition = expression,
                    then = new[] { new { name = "b", type = "task", task = "demo.add" } } },
            ])
            {
                var problem = await SendAsync(
                    HttpMethod.Put, "/api/workflows/door_hostile", JsonSerializer.Serialize(
                        new { steps = new[] { step } }), HttpStatusCode.BadRequest);
                Assert.InRange(problem.ToJsonString().Length, 10, 3_000);
            }
        }

        using var health = await _http.GetAsync("/api/csv?size=1");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request);
        var content = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode} {content}");
        if ((int)expected >= 400) Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return content.Length == 0 ? [] : JsonNode.Parse(content)!.AsObject();
    }
}
