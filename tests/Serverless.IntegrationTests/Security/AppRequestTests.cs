using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Security;

/// <summary>The words in which the whole app refuses, and what its answers give away.</summary>
public sealed class AppRequestTests(HostileHost host) : IClassFixture<HostileHost>, IDisposable
{
    private const string Durable = "/runtime/webhooks/durabletask";

    private readonly HttpClient _http = new() { BaseAddress = host.Address };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Index_ListsEveryAddress()
    {
        var index = await _http.GetFromJsonAsync<JsonObject>("/api");

        var endpoints = index!["endpoints"]!.AsArray().Select(e => e!.GetValue<string>()).ToList();
        Assert.Contains("GET /api/csv/{id}", endpoints);
        Assert.Contains("PUT /api/csv/{path}", endpoints);
        Assert.All(
            HttpFunction.All.Where(f => f.Name != "Index"), f => Assert.Contains(
                $"{f.Verb} /api/{f.Route.Replace("{*", "{", StringComparison.Ordinal)}", endpoints));
    }

    [Theory]
    [InlineData("GET", "/api/nothing", 404, null)]
    [InlineData("POST", "/api/x/y/z", 404, null)]
    [InlineData("GET", "/elsewhere", 404, null)]
    [InlineData("PATCH", "/api/tasks/demo.add", 405, "DELETE, GET, POST")]
    [InlineData("DELETE", "/api/health", 405, "GET")]
    [InlineData("GET", "/api/csv/a/b.csv", 405, "PUT")]
    [InlineData("PUT", "/api/canvas", 405, "POST")]
    [InlineData("OPTIONS", "/api/csv", 405, "GET, POST, PUT")]
    [InlineData("POST", "/api/workflows/schema", 405, "DELETE, GET, PUT")]
    public async Task Unknown_AddressOrMethod_IsSaidInProblemJson(string verb, string path, int status, string? allow)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        using var response = await _http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        if (allow is null) Assert.Contains("GET /api", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        else Assert.Equal(allow, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal)));
    }

    public static TheoryData<string> FunctionsWithBody =>
        [.. HttpFunction.All.Where(f => f.TakesBody && ValidBodies.Find(f.Name) is not null).Select(f => f.ToString())];

    [Theory]
    [MemberData(nameof(FunctionsWithBody))]
    public async Task Body_InBrokenChunks_Is400(string name)
    {
        var function = HttpFunction.All.Single(f => f.ToString() == name);
        foreach (var chunks in (string[])["zz\r\n", "5\r\nabcdefgh\r\n", "ffffffffffffffffff\r\n", "-1\r\n"])
        {
            var answer = await RawRequest.SendAsync(
                host.Address,
                $"{function.Verb} {function.Path("default")} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: " +
                $"close\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}", []);

            Assert.True(answer.Status is 400 or 404 && answer.IsProblem, $"{name} of {chunks}: {answer.Head}\n{answer.Body}");
        }
    }

    [Fact]
    public async Task Upload_InBrokenChunks_Is400AndLeavesNothing()
    {
        var answer = await RawRequest.SendAsync(
            host.Address,
            $"PUT /api/csv/door/broken.csv HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: close\r\nTransfer-Encoding: " +
            $"chunked\r\n\r\n5\r\na,b\r\n\r\nzz\r\n", []);

        Assert.True(answer.Status == 400 && answer.IsProblem, $"{answer.Head}\n{answer.Body}");
        using var again = await _http.PostAsJsonAsync("/api/csv", new { blob = "incoming/door/broken.csv" });
        Assert.NotEqual(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("Cookie: name=Zo\u00eb")]
    [InlineData("X-Name: \u00ff\u00fe")]
    public async Task Headers_BeyondAscii_AreNoFault(string header)
    {
        var answer = await RawRequest.SendAsync(host.Address, "GET", "/api/health", headers: header + "\r\n");

        Assert.True(answer.Status == 200, $"{answer.Head}\n{answer.Body}");
    }

    [Theory]
    [InlineData("{\"args\":\n tru}", "(line 2, byte 5)")]
    [InlineData("a=1", "(line 1, byte 1)")]
    [InlineData("{", "(line 1, byte 2)")]
    public async Task Body_NoJson_SaysWhereAsEditorsCount(string body, string place)
    {
        var answer = await RawRequest.SendAsync(host.Address, "POST", "/api/tasks/demo.add", Encoding.UTF8.GetBytes(body));

        Assert.True(answer.Status == 400 && answer.IsProblem, $"{answer.Head}\n{answer.Body}");
        Assert.Contains(place, answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePositionInLine", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_WithAMarkBeforeIt_IsRead()
    {
        var answer = await RawRequest.SendAsync(
            host.Address, "POST", "/api/tasks/demo.add", [0xEF, 0xBB, 0xBF, .. "{\"args\":{\"a\":1,\"b\":2}}"u8]);

        Assert.True(answer.Status == 202, $"{answer.Head}\n{answer.Body}");
    }

    [Theory]
    [InlineData("POST", "/api/tasks/demo.add")]
    [InlineData("PUT", "/api/csv/door/stalled.csv")]
    public async Task Body_ThatStalls_Is408(string verb, string path)
    {
        var answer = await RawRequest.SendAsync(
            host.Address,
            $"{verb} {path} HTTP/1.1\r\nHost: {host.Address.Authority}\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n{{\"a\":", []);

        Assert.True(answer.Status == 408 && answer.IsProblem, $"{answer.Head}\n{answer.Body}");
    }

    [Theory]
    [InlineData("""{"priority":"high","eta":"soon","retries":3,"headers":[1],"ignoreResult":"no","queue":7}""", "priority", "eta",
        "retries", "headers", "ignoreResult", "queue")]
    [InlineData("""{"priority":1.5,"args":{"a":1,"b":2}}""", "priority")]
    [InlineData("""{"maxRetries":99999999999}""", "maxRetries")]
    public async Task TaskSend_WrongOptions_NamesEachWithoutTypes(string body, params string[] options)
    {
        var problem = await SendAsync(HttpMethod.Post, "/api/tasks/demo.add", body, HttpStatusCode.BadRequest);

        Assert.Equal(options.Order(StringComparer.Ordinal), problem["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("System.", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Serverless.", problem.ToJsonString(), StringComparison.Ordinal);
    }

    public static TheoryData<string> Orchestrators =>
        ["CsvJobOrchestrator", "ExtractFeatures", "MailJobOrchestrator", "WorkflowRun", "CanvasRun", "CanvasSlice", "ItemMap",
            "QueueOperationOrchestrator", "LongTask"];

    [Theory]
    [MemberData(nameof(Orchestrators))]
    public async Task Start_InternalOrchestrationWithGarbage_FailsAtOnceWithAReason(string orchestrator)
    {
        foreach (var garbage in (string?[])[null, "null", "7", "[]", "\"x\"", "{}",
            """{"job":7,"tree":{},"jobId":[],"lane":{},"map":null,"operation":1,"workflow":2}"""])
        {
            var started = await SendAsync(HttpMethod.Post, $"{Durable}/orchestrators/{orchestrator}", garbage, HttpStatusCode.Accepted);
            JsonObject? status = null;
            await Eventually.TrueAsync(async () =>
                (status = await _http.GetFromJsonAsync<JsonObject>(
                    $"{Durable}/instances/{started["id"]}"))!["runtimeStatus"]!.GetValue<string>() is "Failed" or "Completed");

            Assert.Equal("Failed", status!["runtimeStatus"]!.GetValue<string>());
            Assert.Contains(
                $"The input is refused: {orchestrator} is started by the app, not by hand.", status["output"]!.ToJsonString(),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Canvas_HasAddressesOfItsOwn()
    {
        var started = await SendAsync(
            HttpMethod.Post, "/api/canvas", """{"canvas":{"type":"task","task":"demo.add","args":{"a":1,"b":2},"via":"activity"}}""",
            HttpStatusCode.Accepted);
        AssertOwn(started, "/api/canvas/");

        JsonObject? status = null;
        await Eventually.TrueAsync(
            async () =>
                (status = await _http.GetFromJsonAsync<JsonObject>(
                    started["status"]!.GetValue<string>()))!["status"]!.GetValue<string>() is "completed" or "failed");
        Assert.Equal("completed", status!["status"]!.GetValue<string>());
        Assert.Equal(3, status["output"]!["Result"]!.GetValue<double>());
        foreach (var verb in (string[])["suspend", "resume"])
            await SendAsync(HttpMethod.Post, $"/api/canvas/{started["id"]}/{verb}", null, HttpStatusCode.Conflict);
        await SendAsync(HttpMethod.Delete, $"/api/canvas/{started["id"]}", null, HttpStatusCode.Conflict);
        await SendAsync(HttpMethod.Get, "/api/canvas/nobody", null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Canvas_SuspendedResumedCancelled_FollowsItsEndpoints()
    {
        var started = await SendAsync(
            HttpMethod.Post, "/api/canvas",
            """{"canvas":{"type":"chain","steps":[{"type":"task","task":"demo.sleep","args":{"seconds":600}}]}}""",
            HttpStatusCode.Accepted);
        var canvas = started["status"]!.GetValue<string>();

        await SendAsync(HttpMethod.Post, canvas + "/suspend", null, HttpStatusCode.Accepted);
        await ReachesAsync(canvas, "suspended");
        await SendAsync(HttpMethod.Post, canvas + "/resume", null, HttpStatusCode.Accepted);
        await ReachesAsync(canvas, "running");
        await SendAsync(HttpMethod.Post, canvas + "/suspend", null, HttpStatusCode.Accepted);
        await ReachesAsync(canvas, "suspended");
        await SendAsync(HttpMethod.Delete, canvas, null, HttpStatusCode.Accepted);
        await ReachesAsync(canvas, "failed");
    }

    [Theory]
    [InlineData("/api/csv", "/api/csv", """{"blob":"incoming/door/awaited.csv"}""")]
    [InlineData("/api/email/bulk", "/api/email",
        """{"template":"message","from":"a@example.org","maxPerSecond":1,"batchSize":1,"recipients":[{"to":"a@example.org"},{"to":"b@example.org"},{"to":"c@example.org"},{"to":"d@example.org"},{"to":"e@example.org"},{"to":"f@example.org"},{"to":"g@example.org"},{"to":"h@example.org"},{"to":"i@example.org"},{"to":"j@example.org"},{"to":"k@example.org"},{"to":"l@example.org"},{"to":"m@example.org"},{"to":"n@example.org"},{"to":"o@example.org"}]}""")]
    public async Task Job_SuspendedResumedCancelled_FollowsItsEndpoints(string start, string root, string request)
    {
        var started = await SendAsync(HttpMethod.Post, start, request, HttpStatusCode.Accepted);
        var instance = $"{Durable}/instances/{started["id"]}";
        var job = $"{root}/{started["id"]}";

        await SendAsync(HttpMethod.Post, job + "/suspend", null, HttpStatusCode.Accepted);
        await ReachesAsync(instance, "Suspended", "runtimeStatus");
        await SendAsync(HttpMethod.Post, job + "/resume", null, HttpStatusCode.Accepted);
        await ReachesAsync(instance, "Running", "runtimeStatus");
        await SendAsync(HttpMethod.Post, job + "/suspend", null, HttpStatusCode.Accepted);
        await ReachesAsync(instance, "Suspended", "runtimeStatus");
        await SendAsync(HttpMethod.Delete, job, null, HttpStatusCode.Accepted);
        await ReachesAsync(job, "Cancelled");
        await Eventually.TrueAsync(async () =>
            (await _http.GetFromJsonAsync<JsonObject>(instance))!["runtimeStatus"]!.GetValue<string>() is "Terminated" or "Completed"
                or "Failed");
    }

    [Fact]
    public async Task Starts_OfEveryKind_NameOwnAddressesAndNothingElse()
    {
        AssertOwn(
            await SendAsync(HttpMethod.Post, "/api/csv", """{"blob":"incoming/door/none.csv"}""", HttpStatusCode.Accepted), "/api/csv/");
        AssertOwn(
            await SendAsync(
                HttpMethod.Post, "/api/email/bulk",
                """{"template":"message","recipients":[{"to":"ada@example.org"}],"from":"a@example.org"}""", HttpStatusCode.Accepted),
                "/api/email/");
        AssertOwn(
            await SendAsync(
                HttpMethod.Post, "/api/workflows/number_tour/runs", """{"input":{"numbers":[1]}}""", HttpStatusCode.Accepted),
                "/api/workflows/runs/");
        AssertOwn(
            await SendAsync(
                HttpMethod.Delete, "/api/queues/default/deadletters?all=true", null, HttpStatusCode.Accepted), "/api/queues/operations/");
        AssertOwn(
            await SendAsync(HttpMethod.Post, "/api/tasks/demo.add", """{"args":{"a":1,"b":2}}""", HttpStatusCode.Accepted), "/api/tasks/");
    }

    [Theory]
    [InlineData("/api/queues/operations/nobody")]
    [InlineData("/api/csv/nobody")]
    [InlineData("/api/email/nobody")]
    [InlineData("/api/canvas/nobody")]
    [InlineData("/api/workflows/runs/nobody")]
    public async Task Control_OfNobody_Is404(string path)
    {
        foreach (var verb in (string[])["suspend", "resume"])
            await SendAsync(HttpMethod.Post, $"{path}/{verb}", null, HttpStatusCode.NotFound);
        await SendAsync(HttpMethod.Delete, path, null, HttpStatusCode.NotFound);
    }

    private void AssertOwn(JsonObject answer, string path)
    {
        Assert.Equal(["id", "status"], answer.Select(p => p.Key));
        Assert.Equal(new Uri(_http.BaseAddress!, path + answer["id"]), new Uri(answer["status"]!.GetValue<string>()));
    }

    private Task ReachesAsync(string address, string status, string member = "status") => Eventually.TrueAsync(async () =>
        (await _http.GetFromJsonAsync<JsonObject>(address))![member]!.GetValue<string>() == status);

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
