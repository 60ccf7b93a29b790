using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.TestSupport;
using Serverless.Workflows.Items;
using Serverless.Workflows.Store;

namespace Serverless.IntegrationTests.Workflows;

[Collection(WorkflowTests.Name)]
public sealed class RunStartTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private WorkflowHost _host = null!;

    public async Task InitializeAsync() => _host = await WorkflowHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_ByStateAndWorkflow_GivesPagesNewestFirst()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.input" } }]""");
        _host.Script.Run = (args, _) => args.Text == "bad" ? throw new TaskValidationException("bad") : Task.FromResult<object?>(1);
        var ids = new List<string>();
        foreach (var input in new[] { "good", "bad", "good" })
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            ids.Add((await _host.RunAsync(name, input, input == "bad" ? RunState.Failed : RunState.Completed)).Id);
        }

        var first = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&size=2");
        var second = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&size=2&after={first!["next"]}");
        var failed = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&state=failed");

        Assert.Equal([ids[2], ids[1]], Ids(first));
        Assert.Equal([ids[0]], Ids(second!));
        Assert.Equal([ids[1]], Ids(failed!));

        static IEnumerable<string> Ids(JsonObject page) => page["runs"]!.AsArray().Select(r => r!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task List_ByTimeAndText_FindsIdsAndErrors()
    {
        var name = await _host.RegisterAsync(
            """[{ "name": "one", "type": "task", "task": "test.script", "via": "activity", "args": { "text": "$.input" } }]""");
        _host.Script.Run = (args, _) =>
            args.Text == "bad" ? throw new TaskValidationException("The Wheel broke") : Task.FromResult<object?>(1);
        var (ids, times) = (new List<string>(), new List<string>());
        foreach (var input in new[] { "good", "bad", "good", "bad" })
        {
            _host.Time.Advance(TimeSpan.FromSeconds(1));
            times.Add(Uri.EscapeDataString(_host.Time.GetUtcNow().ToString("O")));
            ids.Add((await _host.RunAsync(name, input, input == "bad" ? RunState.Failed : RunState.Completed)).Id);
        }

        Assert.Equal([ids[3], ids[1]], await FindAsync("text=wheel"));
        Assert.Equal([ids[2]], await FindAsync($"text={ids[2][^12..].ToUpperInvariant()}"));
        Assert.Equal([ids[2], ids[1]], await FindAsync($"since={times[1]}&before={times[3]}"));
        Assert.Equal([ids[1]], await FindAsync($"before={times[3]}&text=WHEEL&state=failed"));
        Assert.Equal([ids[3]], await FindAsync("text=wheel&size=1"));
        Assert.Empty(await FindAsync("text=nothing-like-it"));
        using var refused = await _host.Http.GetAsync(new Uri("/api/workflows/runs?since=yesterday", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        async Task<IEnumerable<string>> FindAsync(string query) =>
            (await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&{query}"))!["runs"]!.AsArray()
                .Select(r => r!["id"]!.GetValue<string>());
    }

    // The rows of the index stand for themselves: those without a run are passed over, as the reconciler's are.
    [Fact]
    public async Task List_OfFewAmongMany_LooksAtSoManyRowsAndSaysWhereToGoOn()
    {
        var name = await _host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script", "via": "activity" }]""");
        _host.Script.Run = (_, _) => Task.FromResult<object?>(1);
        var wanted = (await _host.RunAsync(name, null, RunState.Completed)).Id;
        var table = await _host.Services.GetRequiredKeyedService<LazyTable>(RunStore.TableName).GetAsync(default);
        var later = _host.Time.GetUtcNow().AddDays(1);
        var rows = Enumerable.Range(0, RunIndex.MaxLookedAt).Select(i => new TableTransactionAction(
            TableTransactionActionType.UpsertReplace,
            RunRows.OfIndex(new RunRecord($"other-{i}", "other", 1, RunState.Completed, later.AddSeconds(i)))));
        var batches = rows.GroupBy(a => a.Entity.PartitionKey).SelectMany(partition => partition.Chunk(100)).ToList();
        foreach (var batch in batches) await table.SubmitTransactionAsync(batch);

        var first = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}");
        var second = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&after={first!["next"]}");

        Assert.Empty(first["runs"]!.AsArray());
        Assert.Equal(wanted, Assert.Single(second!["runs"]!.AsArray())!["id"]!.GetValue<string>());
        foreach (var batch in batches)
            await table.SubmitTransactionAsync(batch.Select(a => new TableTransactionAction(TableTransactionActionType.Delete, a.Entity)));
    }

    [Fact]
    public async Task List_ByTag_FindsThoseThatHaveIt()
    {
        var name = await _host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script", "via": "activity" }]""");
        var tag = $"t-{Guid.NewGuid():N}";
        var ids = new List<string>();
        foreach (var tags in new string[]?[] { null, ["a", tag], [tag], [tag + "0"] })
        {
            using var response = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { tags });
            ids.Add((await response.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>());
            await _host.WaitAsync(ids[^1], RunState.Completed);
        }

        var page = await _host.Http.GetFromJsonAsync<JsonObject>($"/api/workflows/runs?workflow={name}&state=completed&tag={tag}");
        using var refused = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { tags = new object[] { 1 } });

        Assert.Equal(
            ids[1..3].Order(StringComparer.Ordinal),
            page!["runs"]!.AsArray().Select(r => r!["id"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.Equal(["a", tag], (await _host.FindAsync(ids[1])).Tags!);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task Start_SameRunIdTwice_IsOneRun()
    {
        var name = await _host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script" }]""");
        var runId = $"order-{Guid.NewGuid():N}";

        Assert.Equal(runId, await _host.StartRunAsync(name, runId: runId));
        await _host.WaitAsync(runId, RunState.Completed);
        Assert.Equal(runId, await _host.StartRunAsync(name, runId: runId));

        Assert.Single(_host.Script.Runs);
    }

    [Theory]
    [InlineData("same", """{ "input": { "b": 2.0, "a": 1 } }""", null)]
    [InlineData("same", """{ "input": { "a": 1, "b": 2 }, "version": 1 }""", null)]
    [InlineData("same", """{ "input": { "a": 1, "b": 3 } }""", "input")]
    [InlineData("same", "{ }", "input")]
    [InlineData("same", """{ "input": { "a": 1, "b": 2 }, "version": 2 }""", "version")]
    [InlineData("other", """{ "input": { "a": 1, "b": 2 } }""", "workflow")]
    public async Task Start_SameRunId_IsTheSameRunOrAConflict(string workflow, string body, string? differing)
    {
        const string steps = """[{ "name": "one", "type": "task", "task": "test.script" }]""";
        var name = await _host.RegisterAsync(steps);
        var other = await _host.RegisterAsync(steps);
        var runId = $"order-{Guid.NewGuid():N}";
        await _host.StartRunAsync(name, new { a = 1, b = 2 }, runId);
        await _host.WaitAsync(runId, RunState.Completed);
        await _host.RegisterAsync(steps.Replace("one", "two", StringComparison.Ordinal), name: name);
        var json = JsonNode.Parse(body)!.AsObject();
        json["runId"] = runId;

        using var again = await _host.Http.PostAsJsonAsync($"/api/workflows/{(workflow == "same" ? name : other)}/runs", json);

        Assert.Equal(differing is null ? HttpStatusCode.Accepted : HttpStatusCode.Conflict, again.StatusCode);
        if (differing is not null)
            Assert.Equal(
                [differing], (await again.Content.ReadFromJsonAsync<JsonObject>())!["differs"]!.AsArray()
                    .Select(d => d!.GetValue<string>()));
        Assert.Single(_host.Script.Runs);
    }

    [Fact]
    public async Task Start_LargeInputOfAnotherRequest_LeavesTheFirstOnesAlone()
    {
        var name = await _host.RegisterAsync("""
            [{ "name": "first", "type": "task", "task": "test.script" },
             { "name": "second", "type": "task", "task": "test.script", "args": { "text": "$.input" } }]
            """);
        var go = new TaskCompletionSource();
        _host.Script.Run = async (args, _) =>
        {
            if (args.Text is null) await go.Task;
            return null;
        };
        var runId = $"order-{Guid.NewGuid():N}";
        var input = new string('a', 100_000);
        await _host.StartRunAsync(name, input, runId);
        using var other = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { input = new string('b', 100_000), runId });
        go.SetResult();
        await _host.WaitAsync(runId, RunState.Completed);

        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
        Assert.Equal([null, input], _host.Script.Runs.Select(r => r.Args.Text));
    }

    [Fact]
    public async Task Start_IdOfAnotherKind_IsAConflictAndLeavesNoRun()
    {
        var id = $"taken-{Guid.NewGuid():N}";
        var name = await _host.RegisterAsync("""[{ "name": "one", "type": "task", "task": "test.script" }]""");
        await _host.Tasks.Durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(ItemMap), null, new Microsoft.DurableTask.StartOrchestrationOptions(id));
        using var taken = await _host.Http.PostAsJsonAsync($"/api/workflows/{name}/runs", new { runId = id });
        using var shown = await _host.Http.GetAsync(new Uri($"/api/workflows/runs/{id}", UriKind.Relative));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (taken.StatusCode, shown.StatusCode));
    }

    [Fact]
    public async Task DeleteOlderThan_EndedRuns_GoWithTheirStepsAndBlobs()
    {
        // A host that starts late: the clock of one that runs meets every tick of its timers on the way.
        var time = new FakeTimeProvider(_host.Time.GetUtcNow().AddDays(400));
        await using var host = await WorkflowHost.StartAsync(azurite, time: time);
        var name = await host.RegisterAsync("""[{ "name": "large", "type": "task", "task": "test.script", "via": "activity" }]""");
        host.Script.Run = (_, _) => Task.FromResult<object?>(new string('x', 50_000));
        var old = await host.RunAsync(name);
        time.Advance(TimeSpan.FromMinutes(2));
        var young = await host.RunAsync(name);
        var runs = host.Services.GetRequiredService<RunStore>();

        await runs.DeleteOlderThanAsync(time.GetUtcNow().AddMinutes(-1), CancellationToken.None);

        Assert.Null(await runs.FindAsync(old.Id, CancellationToken.None));
        Assert.Empty(await runs.ListStepsAsync(old.Id, CancellationToken.None));
        Assert.NotNull(await runs.FindAsync(young.Id, CancellationToken.None));
        var results = (await azurite.Containers.GetAllAsync("results"))[0];
        Assert.False(await results.GetBlobClient(old.Steps[0].ResultBlob!["results/".Length..]).ExistsAsync());
        Assert.True(await results.GetBlobClient(young.Steps[0].ResultBlob!["results/".Length..]).ExistsAsync());
    }

    [Fact]
    public async Task Run_UnknownRun_Is404()
    {
        using var response = await _host.Http.GetAsync(new Uri("/api/workflows/runs/nobody", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("nobody", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
