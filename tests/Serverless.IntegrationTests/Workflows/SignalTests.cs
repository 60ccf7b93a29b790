using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class SignalTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Signal_StepWaits_GivesItThePayload()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "paid", "type": "wait", "signal": "payment", "timeoutSeconds": 600 },
              { "name": "end", "type": "task", "task": "test.script", "args": { "text": "$.steps.paid.by" } }
            ]
            """);
        var id = await _host.StartRunAsync(name);
        var waiting = await _host.WaitAsync(id, "paid", StepState.Waiting);

        var (status, answer) = await SendAsync(id, "payment", new { by = "card" });

        Assert.Equal(
            ("paid", "payment", waiting.Steps[0].Started + TimeSpan.FromMinutes(10)),
            (waiting.CurrentStep, waiting.Steps[0].Signal, waiting.Steps[0].Until));
        Assert.Equal((HttpStatusCode.Accepted, "waiting"), (status, answer["status"]!.GetValue<string>()));
        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal("card", run.Steps[0].Result!.Value.GetProperty("by").GetString());
        Assert.Equal("card", Assert.Single(_host.Script.Runs).Args.Text);
    }

    [Fact]
    public async Task Signal_OfACsvJobThatHasEnded_GivesTheStepTheJob()
    {
        var name = await _host.RegisterAsync("""[{ "name": "cleaned", "type": "wait", "signal": "cleaned" }]""");
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "cleaned", StepState.Waiting);
        var jobs = _host.Services.GetRequiredService<CsvJobStore>();
        var options = new CsvJobOptions { OnFinished = new FinishTarget { Run = id, Signal = "cleaned" } };
        var job = new CsvJobEntity { RowKey = $"csv-{Guid.NewGuid():N}", Path = "a.csv", Options = options.ToCanonicalJson() };
        await jobs.AddAsync(job, CancellationToken.None);
        var teller = _host.Services.GetRequiredService<FinishTeller>();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => teller.TellAsync(_host.Tasks.Durable, job.RowKey, CancellationToken.None));
        Assert.Equal(StepState.Waiting, (await _host.WaitAsync(id, "cleaned", StepState.Waiting)).Steps[0].Status);
        await jobs.MoveAsync(job.RowKey, CsvJobState.Failed, j => j.Error = "No table.", CancellationToken.None);
        await teller.TellAsync(_host.Tasks.Durable, job.RowKey, CancellationToken.None);
        await teller.TellAsync(_host.Tasks.Durable, job.RowKey, CancellationToken.None);

        var run = await _host.WaitAsync(id, RunState.Completed);
        var told = run.Steps[0].Result!.Value;
        Assert.Equal(
            (job.RowKey, "Failed", "No table."),
            (told.GetProperty("id").GetString(), told.GetProperty("status").GetString(), told.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Signal_BeforeTheStepWaitsAndTwice_CountsOnce()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "first", "type": "task", "task": "test.script" },
              { "name": "go", "type": "wait" },
              { "name": "last", "type": "task", "task": "test.script" }
            ]
            """);
        var (first, last) = (new TaskCompletionSource<object?>(), new TaskCompletionSource<object?>());
        _host.Script.Run = (_, _) => _host.Script.Runs.Count < 2 ? first.Task : last.Task;
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "first", StepState.Running);

        var early = await SendAsync(id, "go", new { n = 1 });
        var again = await SendAsync(id, "go", new { n = 2 });
        first.SetResult(null);
        await _host.WaitAsync(id, "go", StepState.Completed);
        var late = await SendAsync(id, "go", new { n = 3 });
        last.SetResult(null);

        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal(
            [HttpStatusCode.Accepted, HttpStatusCode.Accepted, HttpStatusCode.OK], [early.Status, again.Status, late.Status]);
        Assert.Equal(1, run.Steps[1].Result!.Value.GetProperty("n").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(id, "go", new { n = 4 })).Status);
    }

    [Fact]
    public async Task Signal_LargePayload_TravelsAsBlob()
    {
        var name = await _host.RegisterAsync("""[{ "name": "go", "type": "wait", "condition": "length($.signal.text) > `99999`" }]""");
        var id = await _host.StartRunAsync(name);

        await SendAsync(id, "go", new { text = new string('x', 100_000) });

        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.StartsWith($"results/workflows/{id}/signal-go-", run.Steps[0].ResultBlob, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"amount\": 99 }")]
    [InlineData("{ \"amount\": \"much\" }")]
    [InlineData("{ }")]
    public async Task Signal_DoesNotMeetTheCondition_IsRefused(string payload)
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "paid", "type": "wait", "condition": "abs($.signal.amount) >= $.input.amount" }]""");
        var id = await _host.StartRunAsync(name, new { amount = 100 });

        var (status, answer) = await SendAsync(id, "paid", JsonNode.Parse(payload)!);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("condition", answer["errors"]!["signal"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(id, "paid", new { amount = 100 })).Status);
        await _host.WaitAsync(id, RunState.Completed);
    }

    [Fact]
    public async Task Signal_ConditionOnAStep_PassesOverWhatDoesNotMeetIt()
    {
        var name = await _host.RegisterAsync("""
            [
              { "name": "total", "type": "task", "task": "test.script", "via": "activity" },
              { "name": "paid", "type": "wait", "condition": "abs($.signal.amount) >= $.steps.total" }
            ]
            """);
        _host.Script.Run = (_, _) => Task.FromResult<object?>(100);
        var id = await _host.StartRunAsync(name);

        foreach (var amount in new object[] { 99, "much", 100 })
            Assert.Equal(HttpStatusCode.Accepted, (await SendAsync(id, "paid", new { amount })).Status);

        var run = await _host.WaitAsync(id, RunState.Completed);
        Assert.Equal(100, run.Output!.Value.GetProperty("amount").GetInt32());
    }

    [Theory]
    [InlineData("", RunState.Failed)]
    [InlineData("\"onTimeout\": \"fail\",", RunState.Failed)]
    [InlineData("\"onTimeout\": \"continue\",", RunState.Completed)]
    [InlineData("\"onTimeout\": \"continue\", \"default\": { \"by\": \"$.input.name\" },", RunState.Completed)]
    internal async Task Wait_TimeIsUp_FailsOrGoesOnAsItSays(string members, RunState expected)
    {
        var name = await _host.RegisterAsync($$"""[{ "name": "go", "type": "wait", {{members}} "timeoutSeconds": 60 }]""");
        var id = await _host.StartRunAsync(name, new { name = "nobody" });
        await _host.WaitAsync(id, "go", StepState.Waiting);

        _host.Time.Advance(TimeSpan.FromSeconds(61));

        var run = await _host.WaitAsync(id, expected);
        if (expected == RunState.Failed) Assert.Equal(("go", nameof(TimeoutException)), (run.Error!.Step, run.Error.Type));
        else Assert.Equal(members.Contains("default", StringComparison.Ordinal) ? "{\"by\":\"nobody\"}" : null, run.Output?.GetRawText());
    }

    [Fact]
    public async Task Wait_NeighbourFails_IsCancelled()
    {
        var name = await _host.RegisterAsync("""
            [{ "name": "both", "type": "parallel", "steps": [
              { "name": "go", "type": "wait", "timeoutSeconds": 600 }, { "name": "bad", "type": "task", "task": "test.script" }] }]
            """);
        var fail = new TaskCompletionSource<object?>();
        _host.Script.Run = (_, _) => fail.Task;
        var id = await _host.StartRunAsync(name);
        await _host.WaitAsync(id, "go", StepState.Waiting);

        fail.SetException(new Serverless.Tasks.BusinessRuleException("no"));

        var run = await _host.WaitAsync(id, RunState.Failed);
        Assert.Equal(StepState.Cancelled, WorkflowHost.StatesOf(run)["go"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(id, "go", new { })).Status);
    }

    [Fact]
    public async Task Signal_NobodyWaits_SaysWhy()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "bad", "type": "task", "task": "test.script", "via": "activity" }, { "name": "go", "type": "wait" }]""");
        _host.Script.Run = (_, _) => throw new Serverless.Tasks.BusinessRuleException("no");
        var failed = (await _host.RunAsync(name, state: RunState.Failed)).Id;
        using var noObject = await _host.Http.PostAsync(
            new Uri($"/api/workflows/runs/{failed}/signals/go", UriKind.Relative), new StringContent("[1]"));

        var unknownSignal = await SendAsync(failed, "stop", new { });
        Assert.Equal(HttpStatusCode.BadRequest, noObject.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync("nobody", "go", new { })).Status);
        Assert.Equal(HttpStatusCode.NotFound, unknownSignal.Status);
        Assert.Contains("wait for: go.", unknownSignal.Answer["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await SendAsync(failed, "go", new { })).Status);
    }

    [Fact]
    public async Task Signal_HostDiesWhileTheRunWaits_GoesOn()
    {
        using var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        string id;
        await using (var host = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time))
        {
            var name = await host.RegisterAsync("""[{ "name": "one", "type": "wait" }, { "name": "two", "type": "wait" }]""");
            id = await host.StartRunAsync(name);
            await host.WaitAsync(id, "one", StepState.Waiting);
            await SendAsync(host, id, "two", new { n = 2 });
        }

        await using var next = await WorkflowHost.StartAsync(azurite, folder: folder.Path, time: time);
        await SendAsync(next, id, "one", new { n = 1 });

        Assert.Equal(2, (await next.WaitAsync(id, RunState.Completed)).Output!.Value.GetProperty("n").GetInt32());
    }

    private Task<(HttpStatusCode Status, JsonObject Answer)> SendAsync(string id, string signal, object payload) =>
        SendAsync(_host, id, signal, payload);

    private static async Task<(HttpStatusCode Status, JsonObject Answer)> SendAsync(
        WorkflowHost host, string id, string signal, object payload)
    {
        using var response = await host.Http.PostAsJsonAsync($"/api/workflows/runs/{id}/signals/{signal}", payload);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonObject>())!);
    }
}
