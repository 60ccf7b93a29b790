using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.IntegrationTests.Security;
using Serverless.OpenApi;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.OpenApi;

/// <summary>The document against what the routes of the whole app on a real host do.</summary>
public sealed partial class OpenApiTests(HostileHost host) : IClassFixture<HostileHost>, IAsyncLifetime
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri(host.Address, "/api/") };
    private JsonObject _document = [];

    public async Task InitializeAsync() => _document = (await _http.GetFromJsonAsync<JsonObject>("openapi.json"))!;

    public Task DisposeAsync()
    {
        _http.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void Routes_OfTheApp_AreAllDescribedAndNoOthers()
    {
        var described = Operations().Select(o => $"{o.Method.ToUpperInvariant()} {Shape(o.Path)}");
        var real = HttpFunction.All.Where(f => f.Name != "Index").Select(f => $"{f.Verb} {Shape("/" + f.Route)}");

        Assert.Equal(real.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Functions_OfTheApp_AreEachInTheCatalog() => Assert.Equal(
        HttpFunction.All.Select(f => f.Name).Where(n => n != "Index").Distinct().Order(StringComparer.Ordinal),
        ApiCatalog.All.Select(o => o.Function).Order(StringComparer.Ordinal));

    [Fact]
    public void References_AllLeadSomewhere()
    {
        var check = new SchemaCheck(_document);
        var references = References(_document).ToList();

        Assert.NotEmpty(references);
        Assert.All(references, r => check.Resolve(r));
    }

    [Fact]
    public void Operations_HaveNamesOfTheirOwnAndEveryParameterOfTheirPath()
    {
        var operations = Operations().ToList();

        Assert.Equal(operations.Count, operations.Select(o => o.Json["operationId"]!.GetValue<string>()).Distinct().Count());
        Assert.All(operations, o => Assert.Equal(
            Parameter().Matches(o.Path).Select(m => m.Groups[1].Value),
            o.Json["parameters"]!.AsArray().Where(p => p!["in"]!.GetValue<string>() == "path")
                .Select(p => p!["name"]!.GetValue<string>())));
    }

    [Fact]
    public async Task Answers_OfARealHost_AreAsDescribed()
    {
        var task = await StartAsync(HttpMethod.Post, "tasks/demo.add", """{"args":{"a":1,"b":2}}""");
        var failed = await StartAsync(HttpMethod.Post, "tasks/demo.add", """{"args":{"a":1,"b":2},"countdown":3600}""");
        var csv = await StartAsync(HttpMethod.Put, "csv/described.csv", "id,name\n1,Ann\n");
        var run = await StartAsync(HttpMethod.Post, "workflows/number_tour/runs", """{"input":{"numbers":[1]}}""");
        var canvas = await StartAsync(
            HttpMethod.Post, "canvas", """{"canvas":{"type":"task","task":"demo.add","args":{"a":1,"b":2},"via":"activity"}}""");
        var operation = await StartAsync(HttpMethod.Delete, "queues/default/deadletters?all=true", null);
        var revoked = await StartAsync(HttpMethod.Post, "tasks/operations", """{"kind":"revoke","text":"nothing"}""");
        await SendAsync(HttpMethod.Put, "schedules/described", """{"cron":"0 0 1 1 *","task":"demo.add","args":{"a":1,"b":2}}""");
        await SendAsync(
            HttpMethod.Put, "limits/described",
            """{"tasks":["demo.sum"],"key":"numbers","concurrency":3,"rate":"1000/1s","weights":{"a":2}}""");
        await SendAsync(
            HttpMethod.Put, "alarms/described", """{"when":"queueAge","queue":"email","after":"10m","emails":["ada@example.org"]}""");
        await SendAsync(HttpMethod.Put, "files/media/described.txt", "text");
        await SendAsync(HttpMethod.Put, "email/suppressions/described@example.org", null);
        var mail = await StartAsync(
            HttpMethod.Post, "email/bulk", """{"template":"message","recipients":[{"to":"ada@example.org"}],"from":"a@example.org"}""");
        foreach (var (path, member) in new[] { ($"tasks/{task}", "state"), ($"csv/{csv}", "status"), ($"workflows/runs/{run}", "status") })
            await Eventually.TrueAsync(async () => (await _http.GetFromJsonAsync<JsonObject>(path))![member]!.GetValue<string>()
                is "SUCCESS" or "Completed" or "completed" or "FAILURE" or "Failed" or "failed");

        string[] paths =
        [
            "files", "files/media", "csv", $"csv/{csv}", "tasks", $"tasks/{task}", $"tasks/{failed}", $"tasks/operations/{revoked}",
            "queues", "queues/default", "queues/default/messages", "queues/default/deadletters", $"queues/operations/{operation}",
            "workflows", "workflows/number_tour", "workflows/runs", $"workflows/runs/{run}", $"canvas/{canvas}", "schedules",
            "schedules/described", "email", $"email/{mail}", "email/suppressions", "email/suppressions/described@example.org",
            "notifications", "events", "health", "monitor/health", "monitor/tasks", "monitor/slow", "monitor/failures",
            "monitor/executions", "orchestrations", "reports", "tasks/nobody", "csv/nobody", "files/nowhere",
            "handlers", "access", "actions", "limits", "limits/described", "alarms", "alarms/described", "speeds/nothing",
            "workflows/runs?text=nothing", "tasks?size=0", "events?after=x",
        ];
        foreach (var path in paths) await CheckAsync(path);
    }

    // A refusal of a member that nobody knows names those that there are.
    [Theory]
    [InlineData("POST", "csv")]
    [InlineData("POST", "csv/preview", "sample", "name", "bytes", "blob")]
    [InlineData("PUT", "workflows/described_body")]
    [InlineData("POST", "workflows/number_tour/runs")]
    [InlineData("POST", "canvas")]
    [InlineData("PUT", "schedules/described_body")]
    [InlineData("POST", "email/bulk")]
    [InlineData("POST", "notifications")]
    public async Task Bodies_ReadMemberByMember_AreDescribedWithTheMembersThereAre(string method, string path, params string[] besides)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = new StringContent("""{"nobodyKnowsThis":1}""", Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        var refusal = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["errors"]!["nobodyKnowsThis"]![0]!.GetValue<string>();
        var known = refusal[(refusal.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].TrimEnd('.').Split(", ");

        var schema = Find("/" + path, method.ToLowerInvariant())["requestBody"]!["content"]!["application/json"]!["schema"]!;
        var described = new SchemaCheck(_document).Resolve(schema["$ref"]!.GetValue<string>())["properties"]!.AsObject().Select(p => p.Key);
        Assert.Equal(
            known.Except(besides).Order(StringComparer.Ordinal), described.Except(besides).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Docs_Page_NeedsNothingFromElsewhere()
    {
        using var page = await _http.GetAsync("docs");
        var html = await page.Content.ReadAsStringAsync();

        Assert.Contains("script-src 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("http", Link().Replace(html, "$1"), StringComparison.Ordinal);
        foreach (Match link in Link().Matches(html))
        {
            using var file = await _http.GetAsync("docs/" + link.Groups[1].Value);
            Assert.True(file.IsSuccessStatusCode, link.Value);
            Assert.InRange((await file.Content.ReadAsStringAsync()).Length, 100, int.MaxValue);
        }
    }

    private async Task CheckAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
        var responses = Find("/" + path.Split('?')[0])["responses"]!.AsObject();
        var response = (responses[$"{(int)answer.StatusCode}"] ?? responses["default"])!.AsObject();
        var check = new SchemaCheck(_document);
        if (response["$ref"] is JsonNode reference) response = check.Resolve(reference.GetValue<string>()).AsObject();
        var type = answer.Content.Headers.ContentType!.MediaType!;
        Assert.True(response["content"]?[type] is not null, $"{path}: {(int)answer.StatusCode} with {type} is not described.");

        var faults = check.Faults(body, response["content"]![type]!["schema"]).ToList();

        Assert.True(faults.Count == 0, $"GET {path}: {string.Join("; ", faults)}");
    }

    private JsonObject Find(string path, string method = "get")
    {
        var (parts, paths) = (path.Split('/'), _document["paths"]!.AsObject());
        var found = paths.Where(p => p.Value![method] is not null && Matches(p.Key.Split('/')))
            .MinBy(p => p.Key.Count(c => c == '{'));
        return found.Value![method]!.AsObject();

        bool Matches(string[] pattern) =>
            pattern.Length == parts.Length && pattern.Zip(parts).All(p => p.First.StartsWith('{') || p.First == p.Second);
    }

    private async Task<string> StartAsync(HttpMethod method, string path, string? body) =>
        (await SendAsync(method, path, body))["id"]!.GetValue<string>();

    private async Task<JsonObject> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    private IEnumerable<(string Path, string Method, JsonObject Json)> Operations() =>
        from path in _document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!.AsObject());

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(
            m => m is { Key: "$ref", Value: JsonValue value } ? [value.GetValue<string>()] : References(m.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static string Shape(string route) => Parameter().Replace(route, "{}");

    [GeneratedRegex(@"\{\*?([^}]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("(?:src|href)=\"([^\"/]+\\.(?:js|css))\"")]
    private static partial Regex Link();
}
