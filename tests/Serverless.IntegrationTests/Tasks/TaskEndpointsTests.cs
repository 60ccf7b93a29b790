using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskEndpointsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Send_ThenShow_GivesTheResult()
    {
        using var sent = await _host.Http.PostAsJsonAsync(
            "api/tasks/demo.add", new { args = new { a = 2, b = 3 }, headers = new { origin = "test" } });
        var id = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        await _host.WaitAsync(id, TaskState.Success);

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var shown = await _host.Http.GetFromJsonAsync<JsonElement>(sent.Headers.Location);
        Assert.Equal(("SUCCESS", 5), (shown.GetProperty("state").GetString(), shown.GetProperty("result").GetDouble()));
    }

    [Fact]
    public async Task Send_NoBroker_SaysToSendItAgain()
    {
        var sender = new Mock<IQueueSender>();
        sender.Setup(s => s.SendAsync(It.IsAny<string>(), It.IsAny<IReadOnlyList<OutgoingMessage>>(), It.IsAny<CancellationToken>()))
            .ThrowsAsync(new ServiceBusException("refused", ServiceBusFailureReason.ServiceCommunicationProblem));
        await using var host = await TaskHost.StartAsync(azurite, s => s.AddSingleton(sender.Object));

        using var response = await host.Http.PostAsJsonAsync("api/tasks/demo.add", new { args = new { a = 2, b = 3 } });

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "application/problem+json"),
            (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Send_NoBody_TakesNoArguments()
    {
        using var sent = await _host.Http.PostAsync("api/tasks/test.script", null);

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Null(Assert.Single(await RunsAsync()).Args.Text);
    }

    [Fact]
    public async Task Send_EtaInThePast_RunsNow()
    {
        using var sent = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { eta = "2020-01-01T00:00:00Z" });

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        Assert.Single(await RunsAsync());
    }

    [Theory]
    [InlineData("""{"args":{"b":2.0,"a":1e0},"headers":{"x":"1"},"eta":"2026-02-01T01:00:00+01:00"}""", null)]
    [InlineData("""{"queue":"default"}""", null)]
    [InlineData("""{"args":{"a":1,"b":3}}""", "args")]
    [InlineData("""{"queue":"email"}""", "queue")]
    [InlineData("""{"eta":"2026-02-01T00:00:01Z"}""", "eta")]
    [InlineData("""{"eta":null,"countdown":60}""", "countdown,eta")]
    [InlineData("""{"expires":"2026-03-01T00:00:00Z","maxRetries":1,"resultTtl":60}""", "expires,maxRetries,resultTtl")]
    [InlineData("""{"headers":{"x":"2"}}""", "headers")]
    [InlineData("""{"ignoreResult":true}""", "ignoreResult")]
    public async Task Send_SameId_IsTheSameTaskOrAConflict(string changes, string? differing)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse("""{"args":{"a":1,"b":2},"eta":"2026-02-01","headers":{"x":"1"}}""")!.AsObject();
        body["taskId"] = $"id-{Guid.NewGuid():N}";
        using var first = await _host.Http.PostAsJsonAsync("api/tasks/demo.add", body);
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(changes)!.AsObject()) body[name] = value?.DeepClone();
        using var second = await _host.Http.PostAsJsonAsync("api/tasks/demo.add", body);
        using var other = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { taskId = body["taskId"] });

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        if (differing is null) Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        else await ConflictAsync(second, differing.Split(','));
        await ConflictAsync(other, ["args", "eta", "headers", "task"]);
        Assert.Equal((1, 0), ((await _host.Queues.CountAsync("default")).Scheduled, (await _host.Queues.CountAsync("email")).Active));
    }

    [Fact]
    public async Task Send_IdOfATaskSentWithoutOne_IsAConflict()
    {
        using var sent = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { });
        var taskId = (await sent.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString();
        using var again = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { taskId });

        await ConflictAsync(again, []);
    }

    [Fact]
    public async Task Send_SameIdAtOnceForDifferentTasks_IsOneOfThem()
    {
        var taskId = $"id-{Guid.NewGuid():N}";
        var sent = await Task.WhenAll(
            Enumerable.Range(1, 8).Select(b => _host.Http.PostAsJsonAsync("api/tasks/demo.add", new { taskId, args = new { a = 0, b } })));
        var task = await _host.WaitAsync(taskId, TaskState.Success);

        var winner = Assert.Single(sent, s => s.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(Array.IndexOf(sent, winner) + 1, task.Result!.Value.GetDouble());
        Assert.All(sent.Where(s => s != winner), s => Assert.Equal(HttpStatusCode.Conflict, s.StatusCode));
        foreach (var response in sent) response.Dispose();
    }

    private static async Task ConflictAsync(HttpResponseMessage response, string[] differing)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.StatusCode == HttpStatusCode.Conflict, $"{response.StatusCode}: {problem}");
        Assert.Equal(differing, problem.GetProperty("differs").EnumerateArray().Select(d => d.GetString()));
        Assert.All(differing, d => Assert.Contains($"'{d}'", problem.GetProperty("detail").GetString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("2026-02-01T10:00", "2026-02-01T10:00:00Z")]
    [InlineData("2027-01-31T11:00:00-01:00", "2027-01-31T12:00:00Z")]
    public async Task Send_Eta_IsDueThen(string eta, string due)
    {
        using var sent = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { eta, expires = "9999-12-31" });

        Assert.Equal(HttpStatusCode.Accepted, sent.StatusCode);
        var shown = await _host.Http.GetFromJsonAsync<JsonElement>(sent.Headers.Location);
        Assert.Equal(
            DateTimeOffset.Parse(due, System.Globalization.CultureInfo.InvariantCulture), shown.GetProperty("due").GetDateTimeOffset());
    }

    [Theory]
    [InlineData(404, "There is no task 'demo.ad'. There are: demo.add, demo.fail, demo.sleep", "demo.ad", "{}")]
    [InlineData(404, "There is no queue 'mail'. There are: default, email,", "demo.add", """{"args":{"a":1,"b":2},"queue":"mail"}""")]
    [InlineData(400, "at $.b", "demo.add", """{"args":{"a":1,"b":"x"}}""")]
    [InlineData(400, "'b'", "demo.add", """{"args":{"a":1}}""")]
    [InlineData(400, "'c'", "demo.add", """{"args":{"a":1,"b":2,"c":3}}""")]
    [InlineData(400, "The body cannot be read", "demo.add", "{")]
    [InlineData(400, "\"eta\":[\"Must be an ISO 8601 time", "demo.add", """{"eta":"soon"}""")]
    [InlineData(400, "\"retries\":[\"There is no such option. Options: args, batch, countdown, debounce,", "demo.add", """{"retries":3}""")]
    [InlineData(400, "\"eta\":[\"Must be an ISO 8601 time", "test.script", """{"eta":"10:00"}""")]
    [InlineData(400, "\"eta\":[\"Give a time within a year from now.\"]", "test.script", """{"eta":"9999-12-31T00:00:00Z"}""")]
    [InlineData(400, "\"eta\":[\"Give a time within a year from now.\"]", "test.script", """{"eta":"2027-02-02T00:00:00Z"}""")]
    [InlineData(400, "countdown is out of range", "demo.add", """{"args":{"a":1,"b":2},"countdown":-1}""")]
    [InlineData(400, "\"tenant\":[\"The queue 'tenants' needs a tenant", "tenant_test.script", "{}")]
    [InlineData(400, "\"tenant\":[\"The queue 'tenants' needs a tenant", "test.script", """{"queue":"tenants"}""")]
    public async Task Send_BadRequest_IsRefused(int status, string expected, string task, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _host.Http.PostAsync($"api/tasks/{task}", content);

        await ExpectAsync(status, response, expected);
    }

    [Fact]
    public async Task Send_SeveralFaults_AreAllTold()
    {
        using var response = await _host.Http.PostAsJsonAsync(
            "api/tasks/demo.add",
            new
            {
                args = new { a = "x", b = 1 },
                taskId = "a b",
                countdown = 1,
                eta = "2026-02-01T00:00:00Z",
                priority = 3,
                maxRetries = 101,
                tenant = ""
            });

        await ExpectAsync(
            400, response, "\"args\":[", "\"taskId\":[", "\"countdown\":[\"Give countdown or eta, not both.\"]", "\"priority\":[",
            "\"maxRetries\":[\"Give 0 to 100.\"]", "\"tenant\":[");
    }

    [Fact]
    public async Task Send_HeadersTooLarge_Answers413()
    {
        using var response = await _host.Http.PostAsJsonAsync("api/tasks/test.script", new { headers = new { x = new string('x', 9000) } });

        await ExpectAsync(413, response, "headers takes 9001 bytes; at most 8192 fit.");
    }

    [Fact]
    public async Task Send_BodyTooLarge_Answers413()
    {
        // The length alone decides: nothing of the body is read.
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "api/tasks/test.script")
        { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Content.Headers.ContentLength = 70_000_000;
        request.Headers.ExpectContinue = true;
        using var response = await _host.Http.SendAsync(request);

        await ExpectAsync(413, response, "The body is larger than 67174400 bytes.");
    }

    [Fact]
    public async Task Revoke_EndedOrUnknown_AnswersWhy()
    {
        var id = await _host.SendAsync();
        await _host.WaitAsync(id, TaskState.Success);

        using var ended = await _host.Http.DeleteAsync($"api/tasks/{id}");
        using var unknown = await _host.Http.DeleteAsync("api/tasks/nobody");

        await ExpectAsync(409, ended, "has ended: Success.");
        await ExpectAsync(404, unknown, "There is no task 'nobody'");
    }

    [Theory]
    [InlineData(404, "There is no task 'nobody'", "tasks/nobody")]
    [InlineData(400, "The task id is refused", "tasks/a%20b")]
    [InlineData(400, "\"state\":[\"Give one of PENDING, STARTED,", "tasks?state=DONE&since=soon&size=0")]
    [InlineData(400, "\"since\":[", "tasks?state=DONE&since=soon&size=0")]
    [InlineData(400, "\"size\":[\"Must be a whole number from 1 to 1000.\"]", "tasks?state=DONE&since=soon&size=0")]
    [InlineData(400, "\"state\":[", "tasks?state=3")]
    public async Task Get_BadRequest_IsRefused(int status, string expected, string path)
    {
        using var response = await _host.Http.GetAsync($"api/{path}");

        await ExpectAsync(status, response, expected);
    }

    [Fact]
    public async Task List_Pages_HaveEveryTaskOnce()
    {
        var since = Uri.EscapeDataString(_host.Time.GetUtcNow().AddDays(1).ToString("O"));
        _host.Time.Advance(TimeSpan.FromDays(1));
        var ids = new HashSet<string>();
        for (var i = 0; i < 7; i++) ids.Add(await _host.SendAsync());
        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Success);
        var pending = await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) });

        Assert.Equal(ids.Order(), (await ListAsync($"task=test.script&since={since}&state=SUCCESS&size=3")).Where(ids.Contains).Order());
        Assert.Equal([pending], (await ListAsync($"since={since}&state=PENDING")).Where(id => id == pending));
    }

    private async Task<IReadOnlyList<string>> ListAsync(string query)
    {
        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await _host.Http.GetFromJsonAsync<JsonElement>($"api/tasks?{query}&after={Uri.EscapeDataString(after ?? "")}");
            found.AddRange(page.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        Assert.Equal(found.Count, found.Distinct().Count());
        return found;
    }

    private async Task<IReadOnlyList<ScriptRun>> RunsAsync()
    {
        await Eventually.TrueAsync(() => !_host.Script.Runs.IsEmpty);
        await _host.IdleAsync();
        return [.. _host.Script.Runs];
    }

    private static async Task ExpectAsync(int status, HttpResponseMessage response, params string[] expected)
    {
        var content = (await response.Content.ReadAsStringAsync()).Replace("\\u0027", "'", StringComparison.Ordinal);
        Assert.True((int)response.StatusCode == status, content);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.All(expected, part => Assert.Contains(part, content, StringComparison.Ordinal));
    }
}
