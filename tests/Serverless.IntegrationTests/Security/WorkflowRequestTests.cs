using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.TestSupport;

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

    /// <summary>
    /// An accepted expression is evaluated, in the orchestrator's turn where the data are small and in an activity where they are not: it
    /// ends the run and nothing else. The language has no patterns and no recursion; a search for a long text is what comes closest to
    /// both.
    /// </summary>
    [Theory]
    [InlineData("$.input.list[?$.input.list[?$.input.list[?@ >= `0`]]]", 3_000, "too many steps")]
    [InlineData("length(map(&map(&map(&@, $.input.list), $.input.list), $.input.list)) > `0`", 3_000, "too many steps")]
    [InlineData("contains(join('', $.input.list | [@, @][] | [@, @][] | map(&'ababababab', @)), $.input.text)", 200_000, "too many steps")]
    [InlineData("pad_left('', length($.input.list) * `2000000000`) == 'x'", 1, "too many steps")]
    [InlineData("$.input.number > `1`", 1_000_000, null)]
    [InlineData("let $n = $.input.number in $.input.list[?$n > `1`]", 1_000_000, "too many steps")]
    [InlineData("NESTED", 1, null)]
    [InlineData("DEEP", 1, null)]
    [InlineData("abs($.input.text) > `0`", 1, "takes a number")]
    [InlineData("`1` / $.input.list[0] > `1`", 1, "gives no number")]
    public async Task Run_HostileCondition_EndsTheRunAlone(string condition, int size, string? fault)
    {
        condition = condition switch
        {
            "NESTED" => string.Concat(Enumerable.Repeat("!(", 160)) + "$.input.text" + new string(')', 160),
            "DEEP" => "$.input" + string.Concat(Enumerable.Repeat(".a", 490)),
            _ => condition,
        };
        var name = $"door_{Guid.NewGuid():N}"[..20];
        var sum = new { name = "sum", type = "task", task = "demo.add", args = new { a = 1, b = 2 }, via = "activity" };
        var input = $$"""
            { "list": [{{string.Join(',', Enumerable.Range(0, Math.Min(size, 3_000)))}}], "number": 1{{new string('0', 300)}}.{{new string('1', size)}},
              "text": "{{string.Concat(Enumerable.Repeat("ab", Math.Min(size, 200_000) / 2))}}ba" }
            """;
        await SendAsync(
            HttpMethod.Put, $"/api/workflows/{name}", JsonSerializer.Serialize(new
            {
                steps = new[] { new { name = "choice", type = "conditional", condition, then = new[] { sum } } },
            }),
            HttpStatusCode.Created);
        var started = await SendAsync(
            HttpMethod.Post, $"/api/workflows/{name}/runs", $$"""{ "input": {{input}} }""", HttpStatusCode.Accepted);

        JsonObject run = [];
        await Eventually.TrueAsync(async () =>
        {
            run = await SendAsync(HttpMethod.Get, $"/api/workflows/runs/{started["id"]}", null, HttpStatusCode.OK);
            return run["status"]!.GetValue<string>() is "completed" or "failed";
        });

        Assert.Equal(fault is null ? "completed" : "failed", run["status"]!.GetValue<string>());
        if (fault is not null) Assert.Contains(fault, run["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.ToJsonString(), StringComparison.Ordinal);
        await SendAsync(HttpMethod.Get, "/api/csv?size=1", null, HttpStatusCode.OK);
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
