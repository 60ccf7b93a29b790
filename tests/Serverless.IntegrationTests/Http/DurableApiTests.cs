using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Http;

/// <summary>The Functions host's answers for orchestrations; the expectations were seen on the real one.</summary>
public sealed class DurableApiTests(DurableApiFixture fixture) : IClassFixture<DurableApiFixture>
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    private readonly HttpClient _http = fixture.Host.Http;
    private readonly string _id = Guid.NewGuid().ToString("N");

    private async Task<JsonObject> StartAsync(string name, string? input = null, string? id = null)
    {
        using var content = new StringContent(input ?? "", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync($"/api/begin/{name}/{id ?? _id}", content);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonObject>())!;
    }

    private async Task<JsonObject> StatusAsync(string query = "") =>
        (await (await _http.GetAsync($"{Instances}/{_id}{query}")).Content.ReadFromJsonAsync<JsonObject>())!;

    private async Task<JsonObject> UntilAsync(string status, string query = "")
    {
        await Eventually.EqualAsync(status, async () => (string?)(await StatusAsync())["runtimeStatus"]);
        return await StatusAsync(query);
    }

    private async Task<HttpStatusCode> PostAsync(string operation, string? json = null)
    {
        using var content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync($"{Instances}/{_id}/{operation}", content);
        return response.StatusCode;
    }

    [Fact]
    public async Task Begin_Any_AnswersTheManagementAddresses()
    {
        var payload = await StartAsync("Three", "1");
        var instance = new Uri(fixture.Host.Host.Address, $"{Instances}/{_id}").AbsoluteUri;
        Assert.Equal(_id, (string?)payload["id"]);
        Assert.Equal(instance, (string?)payload["statusQueryGetUri"]);
        Assert.Equal(instance, (string?)payload["purgeHistoryDeleteUri"]);
        Assert.Equal(instance + "/raiseEvent/{eventName}", (string?)payload["sendEventPostUri"]);
        Assert.Equal(instance + "/terminate?reason={text}", (string?)payload["terminatePostUri"]);
        Assert.Equal(instance + "/suspend?reason={text}", (string?)payload["suspendPostUri"]);
        Assert.Equal(instance + "/resume?reason={text}", (string?)payload["resumePostUri"]);
        Assert.Equal(instance + "/restart", (string?)payload["restartPostUri"]);
    }

    [Theory]
    [InlineData("Three", "1", "4")]
    [InlineData("Wide", null, "1275")]
    [InlineData("AskWhere", null, "\"nothing in Where of ID\"")]
    [InlineData("Retried", null, "3")]
    [InlineData("Decides", null,
        "\"1 outer x True, 2 outer x True; AlwaysFail; System.ArgumentException; System.FormatException; inner x; False\"")]
    [InlineData("CatchesChild", null, "\"Fails; System.NotSupportedException; never\"")]
    [InlineData("Sleeps", null, "true")]
    [InlineData("Rounds", "1", "\"enough\"")]
    public async Task Status_Completed_HasItsOutput(string name, string? input, string output)
    {
        await StartAsync(name, input);
        var status = await UntilAsync("Completed");
        Assert.Equal(
            output.Replace("ID", _id, StringComparison.Ordinal), status["output"]!.ToJsonString(
                new(System.Text.Json.JsonSerializerDefaults.General)
                {
                    Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
                }));
        Assert.Equal(name, (string?)status["name"]);
    }

    [Theory]
    [InlineData("Fails", "System.NotSupportedException: never")]
    [InlineData("GivesUp", "Microsoft.DurableTask.TaskFailedException: Task 'AlwaysFail' (#4) failed with an unhandled exception: outer x")]
    [InlineData("WrongType", "System.Text.Json.JsonException: The JSON value could not be converted to System.Int32")]
    [InlineData("CallsNobody",
        "Microsoft.DurableTask.TaskFailedException: Task 'Nobody' (#0) failed with an unhandled exception: The function 'Nobody' " +
        "doesn't exist")]
    [InlineData("NoSuchOrchestrator", "System.ArgumentException: The function 'NoSuchOrchestrator' doesn't exist")]
    [InlineData("TalksTooMuch", "System.InvalidOperationException: CustomStatus is too large: limit = 16 KB (UTF-16), actual = 19.5")]
    public async Task Status_Failed_HasTheFailureAsOutput(string name, string output)
    {
        await StartAsync(name);
        Assert.StartsWith(output, (string?)(await UntilAsync("Failed"))["output"], StringComparison.Ordinal);
        using var plain = await _http.GetAsync($"{Instances}/{_id}");
        using var error = await _http.GetAsync($"{Instances}/{_id}?returnInternalServerErrorOnFailure=true");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.InternalServerError), (plain.StatusCode, error.StatusCode));
    }

    [Fact]
    public async Task Status_AnyPayload_TravelsAsTheWorkerWritesIt()
    {
        const string Order =
            """{"Id":"é","Pieces":2,"Shade":1,"Placed":"2020-01-02T03:04:05Z","Weight":1.5,"Notes":["a"],"Replaces":{"Id":"b","Pieces":0,"Shade":0,"Placed":"2021-01-01T00:00:00","Weight":null,"Notes":[],"Replaces":null}}""";
        await StartAsync("PassOrder", Order);
        var status = await UntilAsync("Completed");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Order), status["input"]), status.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Order), status["output"]), status.ToJsonString());
        Assert.Null((await StatusAsync("?showInput=false"))["input"]);
    }

    [Fact]
    public async Task Status_Running_Answers202WithWhereAndWhen()
    {
        await StartAsync("Gate");
        await UntilAsync("Running");
        await Eventually.TrueAsync(async () => (await StatusAsync())["customStatus"] is not null);
        using var response = await _http.GetAsync($"{Instances}/{_id}?showInput=true");
        var status = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(response.RequestMessage!.RequestUri, response.Headers.Location);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        Assert.Equal("""{"closed":true,"By":"guard"}""", status["customStatus"]!.ToJsonString());
        Assert.True(status.ContainsKey("output") && status["output"] is null);
        Assert.Matches("^....-..-..T..:..:..Z$", (string?)status["createdTime"]);
    }

    [Fact]
    public async Task Begin_IdOfARunningInstance_IsRefused_OfAFinishedOneIsNot()
    {
        await StartAsync("Gate");
        using (var response = await _http.PostAsync($"/api/begin/Gate/{_id}", null))
        {
            Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
            Assert.Contains(
                $"An Orchestration instance with the ID {_id} already exists.", await response.Content.ReadAsStringAsync(),
                StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("raiseEvent/word", "\"go\""));
        Assert.Equal("go", (string?)(await UntilAsync("Completed"))["output"]);
        Assert.Equal("open", (string?)(await StatusAsync())["customStatus"]);
        await StartAsync("Three", "1");
        Assert.Equal(4, (int?)(await UntilAsync("Completed"))["output"]);
    }

    [Fact]
    public async Task Terminate_Running_TheReasonBecomesTheOutput()
    {
        await StartAsync("Gate");
        await Eventually.TrueAsync(async () => (await StatusAsync())["customStatus"] is not null);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("terminate?reason=had%20enough"));
        var status = await UntilAsync("Terminated");
        Assert.Equal("had enough", (string?)status["output"]);
        Assert.NotNull(status["customStatus"]);
    }

    [Fact]
    public async Task Suspend_Running_KeepsEventsUntilResumed()
    {
        await StartAsync("Gate");
        await UntilAsync("Running");
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("suspend?reason=lunch"));
        Assert.Equal("lunch", (string?)(await UntilAsync("Suspended"))["output"]);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("raiseEvent/Word", "\"kept\""));
        Assert.Equal("Suspended", (string?)(await StatusAsync())["runtimeStatus"]);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync("resume?reason=back"));
        Assert.Equal("kept", (string?)(await UntilAsync("Completed"))["output"]);
    }

    [Theory]
    [InlineData("raiseEvent/Word", "1")]
    [InlineData("terminate", null)]
    [InlineData("suspend", null)]
    [InlineData("resume", null)]
    public async Task Post_UnknownOrFinished_Answers404Or410(string operation, string? json)
    {
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync(operation, json));
        await StartAsync("Three", "1");
        await UntilAsync("Completed");
        Assert.Equal(HttpStatusCode.Gone, await PostAsync(operation, json));
    }

    [Fact]
    public async Task RaiseEvent_NotJson_IsRefused()
    {
        await StartAsync("Gate");
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("raiseEvent/Word", "{not json"));
        using var text = new StringContent("plain");
        using var response = await _http.PostAsync($"{Instances}/{_id}/raiseEvent/Word", text);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Delete_Finished_PurgesIt()
    {
        await StartAsync("Three", "1");
        await UntilAsync("Completed");
        Assert.Equal(
            1, (int?)(await (await _http.DeleteAsync($"{Instances}/{_id}")).Content.ReadFromJsonAsync<JsonObject>())!["instancesDeleted"]);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync($"{Instances}/{_id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.DeleteAsync($"{Instances}/{_id}")).StatusCode);
    }

    [Fact]
    public async Task Status_ShowHistory_HasOneEntryAStep()
    {
        await StartAsync("Three", "1");
        var history =
            (await UntilAsync("Completed", "?showHistory=true&showHistoryOutput=true&showInput=false"))["historyEvents"]!.AsArray();
        Assert.Equal(
            ["ExecutionStarted", "TaskCompleted", "TaskCompleted", "TaskCompleted", "ExecutionCompleted"], history.Select(
                e => (string?)e!["EventType"]));
        Assert.Equal([2, 3, 4], history.Skip(1).Take(3).Select(e => (int)e!["Result"]!));
        Assert.All(history.Skip(1).Take(3), e => Assert.Equal("Increment", (string?)e!["FunctionName"]));
        Assert.All(history.Skip(1).Take(3), e => Assert.NotNull(e!["ScheduledTime"]));
        Assert.Null((await StatusAsync("?showHistory=true"))["historyEvents"]![1]!["Result"]);
        Assert.Null((await StatusAsync())["historyEvents"]);
    }

    [Fact]
    public async Task List_FiltersAndPages()
    {
        for (var i = 0; i < 5; i++) await StartAsync("Three", "1", $"{_id}-{i}");
        await StartAsync("Gate", null, $"{_id}-gate");
        await Eventually.EqualAsync(5, async () => (await ListAsync($"?instanceIdPrefix={_id}&runtimeStatus=Completed,Failed")).Rows.Count);
        Assert.Single((await ListAsync($"?instanceIdPrefix={_id}&runtimeStatus=Running&runtimeStatus=Pending")).Rows);
        Assert.Empty((await ListAsync($"?instanceIdPrefix={_id}&createdTimeFrom=2999-01-01T00:00:00Z")).Rows);

        var seen = new List<string?>();
        string? token = null;
        do
        {
            var (rows, next) = await ListAsync($"?instanceIdPrefix={_id}&top=4", token);
            seen.AddRange(rows.Select(r => (string?)r!["instanceId"]));
            token = next;
        }
        while (!string.IsNullOrEmpty(token));
        Assert.Equal(6, seen.Distinct().Count());
        Assert.Equal(6, seen.Count);
        Assert.Equal(HttpStatusCode.BadRequest, (await SendListAsync("", "nonsense")).StatusCode);
    }

    [Fact]
    public async Task Restart_Finished_StartsItAnewWithItsInput()
    {
        await StartAsync("Three", "5");
        await UntilAsync("Completed");
        using var response = await _http.PostAsync($"{Instances}/{_id}/restart", null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var payload = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.NotEqual(_id, (string?)payload["id"]);
        Assert.Equal((string?)payload["statusQueryGetUri"], response.Headers.Location!.AbsoluteUri);
        await Eventually.EqualAsync(
            8, async () => (int?)(await _http.GetFromJsonAsync<JsonObject>(response.Headers.Location))!["output"] ?? 0);
    }

    [Fact]
    public async Task Start_OverTheApi_RunsTheOrchestrator()
    {
        using var response = await _http.PostAsJsonAsync($"/runtime/webhooks/durabletask/orchestrators/Three/{_id}", 1);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(4, (int?)(await UntilAsync("Completed"))["output"]);
    }

    [Fact]
    public async Task DeleteAll_WithFilters_PurgesWhatIsFinished()
    {
        await using var host = await TestHost.StartAsync([typeof(DurableFunctions)]);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.DeleteAsync(Instances)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2000-01-01")).StatusCode);
        await host.Host.DurableClient.ScheduleNewOrchestrationInstanceAsync(
            "Fails", new Microsoft.DurableTask.StartOrchestrationOptions("a/b"));
        await host.Host.DurableClient.WaitForInstanceCompletionAsync("a/b");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync($"{Instances}/a%2Fb")).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2000-01-01&runtimeStatus=Completed")).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK, (await host.Http.DeleteAsync($"{Instances}?createdTimeFrom=2000-01-01&runtimeStatus=Failed")).StatusCode);
    }

    private async Task<HttpResponseMessage> SendListAsync(string query, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Instances + query);
        if (token is not null) request.Headers.Add("x-ms-continuation-token", token);
        return await _http.SendAsync(request);
    }

    private async Task<(JsonArray Rows, string? Next)> ListAsync(string query, string? token = null)
    {
        using var response = await SendListAsync(query, token);
        var next = response.Headers.TryGetValues("x-ms-continuation-token", out var values) ? values.First() : null;
        return ((await response.Content.ReadFromJsonAsync<JsonArray>())!, next);
    }
}
