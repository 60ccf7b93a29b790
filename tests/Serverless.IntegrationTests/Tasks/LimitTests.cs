using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class LimitTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly string[] Script = ["test.script"];

    private readonly string _table = $"Limits{Guid.NewGuid():N}";
    private readonly string _rates = $"Rates{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<string, int> _running = new();
    private readonly ConcurrentDictionary<string, int> _most = new();
    private readonly SemaphoreSlim _go = new(0);
    private TaskHost _host = null!;

    // Tables of their own: what is limited here, other tests run.
    public async Task InitializeAsync()
    {
        _host = await TaskHost.StartAsync(
            azurite, services => services
                .AddKeyedSingleton(TaskLimits.TableName, (p, _) => new LazyTable(p.GetRequiredService<TableServiceClient>(), _table))
                .AddKeyedSingleton(RateRows.TableName, (p, _) => new LazyTable(p.GetRequiredService<TableServiceClient>(), _rates)),
            functions: [typeof(LimitFunctions)]);
        _host.Script.Run = async (args, context) =>
        {
            var key = args.Text ?? "";
            var now = _running.AddOrUpdate(key, 1, (_, n) => n + 1);
            _most.AddOrUpdate(key, now, (_, most) => Math.Max(most, now));
            await _go.WaitAsync(context.CancellationToken);
            _running.AddOrUpdate(key, 0, (_, n) => n - 1);
            return "done";
        };
    }

    public async Task DisposeAsync()
    {
        _go.Release(1_000);
        await _host.DisposeAsync();
        _go.Dispose();
    }

    [Fact]
    public async Task Concurrency_OneKeyHasMany_HoldsItsOwnSlotsOnly()
    {
        await PutAsync("by-text", new { tasks = Script, key = "text", concurrency = 2 });
        var noisy = new List<string>();
        for (var i = 0; i < 8; i++) noisy.Add(await _host.SendAsync(new ScriptArgs("noisy")));
        var others = new List<string>();
        foreach (var key in (string[])["a", "b"]) others.Add(await _host.SendAsync(new ScriptArgs(key)));

        await Eventually.TrueAsync(() => (Count("noisy"), Count("a"), Count("b")) == (2, 1, 1));
        _go.Release(1_000);

        foreach (var id in noisy.Concat(others)) await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal((2, 1, 1), (_most["noisy"], _most["a"], _most["b"]));
        Assert.Equal(TaskSlot.Lane, (await _host.Tasks.GetAsync(noisy[0]))!.Queue);
    }

    [Fact]
    public async Task Concurrency_IsPutAfterTheTasksWereSent_HoldsThemToo()
    {
        await PostAsync("tasks/test.script/pause");
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await _host.SendAsync(new ScriptArgs("late")));
        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Retry);
        await _host.SettledAsync();
        await PutAsync("late", new { queue = "default", concurrency = 1 });
        await PostAsync("tasks/test.script/resume");
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        _go.Release(1_000);

        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal(1, _most["late"]);
    }

    [Fact]
    public async Task Concurrency_Shrinks_HoldsForWhatBegins()
    {
        const int before = 4, after = 1;
        await PutAsync("changing", new { tasks = Script, concurrency = before });
        var ids = new List<string>();
        for (var i = 0; i < 16; i++) ids.Add(await _host.SendAsync(new ScriptArgs("all")));
        await Eventually.TrueAsync(() => Count("all") == before);

        await PutAsync("changing", new { tasks = Script, concurrency = after });

        // What ran before the change is run to its end first.
        _go.Release(before);
        await Eventually.EqualAsync(before, async () => (await CountAsync(ids)).Done);
        await Eventually.TrueAsync(() => Count("all") == after);
        _most.Clear();
        _go.Release(1_000);
        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Success);
        Assert.InRange(_most.GetValueOrDefault("all"), 0, after);
    }

    [Fact]
    public async Task Concurrency_Grows_WhatWaitsMovesToTheNewSlots()
    {
        await PutAsync("growing", new { tasks = Script, concurrency = 1 });

        // One that runs, one for each new slot, and one that stays where it is.
        var bySlot = Enumerable.Range(0, 200).Select(i => $"{_table}-{i}")
            .ToLookup(id => new TaskSlot("k", 0, 1, "default").Fit(4, id).Number);
        string[] ids = [bySlot[0].First(), bySlot[1].First(), bySlot[2].First(), bySlot[3].First(), bySlot[0].Last()];
        foreach (var id in ids) await _host.SendAsync(new ScriptArgs("all"), new SendOptions { TaskId = id });
        await Eventually.TrueAsync(() => Count("all") == 1);

        await PutAsync("growing", new { tasks = Script, concurrency = 4 });
        _go.Release(1);

        await Eventually.TrueAsync(() => Count("all") == 4);
        _go.Release(1_000);
        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal(4, _most["all"]);
    }

    [Fact]
    public async Task Concurrency_LimitIsRemoved_WhatWaitsRuns()
    {
        await PutAsync("removed", new { tasks = Script, concurrency = 1 });
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add(await _host.SendAsync(new ScriptArgs("r")));
        await Eventually.TrueAsync(() => Count("r") == 1);

        using var removed = await _host.Http.DeleteAsync(new Uri("/api/limits/removed", UriKind.Relative));
        _go.Release(1_000);

        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        foreach (var id in ids) await _host.WaitAsync(id, TaskState.Success);
        var next = await _host.SendAsync(new ScriptArgs("r"));
        Assert.Equal("default", (await _host.WaitAsync(next, TaskState.Success)).Queue);
    }

    [Fact]
    public async Task Rate_MoreComeThanMayStart_StartWhenTheyMay()
    {
        _go.Release(1_000);
        await PutAsync("slow", new { tasks = Script, key = "text", rate = "1/10s" });
        var ids = new List<string>();
        for (var i = 0; i < 3; i++) ids.Add(await _host.SendAsync(new ScriptArgs("paced")));
        var other = await _host.SendAsync(new ScriptArgs("another"));
        await _host.WaitAsync(other, TaskState.Success);
        await Eventually.EqualAsync((1, 2), async () => await CountAsync(ids));
        var waiting = await FindAsync(ids, TaskState.Retry);
        var start = _host.Time.GetUtcNow();

        Assert.All(waiting, task => Assert.Contains("The limit 'slow'", task.Error!.Message, StringComparison.Ordinal));
        Assert.Equal([10, 20], waiting.Select(t => (int)(t.Due!.Value - start).TotalSeconds).Order());
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromSeconds(11));
        await Eventually.EqualAsync((2, 1), async () => await CountAsync(ids));
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromSeconds(11));
        await Eventually.EqualAsync((3, 0), async () => await CountAsync(ids));
        Assert.All(await FindAsync(ids, TaskState.Success), task => Assert.Equal(0, task.Attempt));
    }

    [Fact]
    public async Task Rate_LateOnesComeTogether_AreSpacedStill()
    {
        _go.Release(1_000);
        await PutAsync("late", new { tasks = Script, rate = "1/10s" });
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add(await _host.SendAsync());
        await Eventually.EqualAsync((1, 3), async () => await CountAsync(ids));
        await _host.SettledAsync();

        _host.Time.Advance(TimeSpan.FromSeconds(40));

        // All are due at once; one may start, and the others are called anew.
        await Eventually.EqualAsync((2, 2), async () => await CountAsync(ids));
        await Eventually.TrueAsync(
            async () => (await FindAsync(ids, TaskState.Retry)).All(task => task.Due > _host.Time.GetUtcNow()));
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(async () => (await CountAsync(ids)).Done >= 3);
    }

    [Fact]
    public async Task Send_OfTheLimitedLaneItself_IsRefused() =>
        await Assert.ThrowsAsync<TaskValidationException>(() => _host.SendAsync(options: new SendOptions { Queue = TaskSlot.Lane }));

    [Fact]
    public async Task List_Limits_ShowsWhatWasPut()
    {
        Assert.Equal(HttpStatusCode.Created, await PutAsync("listed", new { queue = "email", perTenant = true, rate = "5/1m", burst = 2 }));
        Assert.Equal(HttpStatusCode.OK, await PutAsync("listed", new { queue = "email", perTenant = true, rate = "6/1m" }));

        var page = JsonNode.Parse(await _host.Http.GetStringAsync(new Uri("/api/limits", UriKind.Relative)))!;

        var limit = Assert.Single(page["limits"]!.AsArray())!;
        Assert.Equal(
            """{"name":"listed","queue":"email","perTenant":true,"rate":"6/1m","burst":1,"source":"stored"}""", limit.ToJsonString());
    }

    [Theory]
    [InlineData("ok", """{"tasks":["no.such"],"concurrency":1}""")]
    [InlineData("ok", """{"tasks":[null],"concurrency":1}""")]
    [InlineData("ok", """{"tasks":[],"concurrency":1}""")]
    [InlineData("ok", """{"queue":"no_such","concurrency":1}""")]
    [InlineData("ok", """{"queue":"limited","concurrency":1}""")]
    [InlineData("ok", """{"concurrency":1}""")]
    [InlineData("ok", """{"queue":"default","tasks":["demo.add"],"concurrency":1}""")]
    [InlineData("ok", """{"queue":"default"}""")]
    [InlineData("ok", """{"queue":"default","concurrency":0}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1001}""")]
    [InlineData("ok", """{"queue":"default","rate":"often"}""")]
    [InlineData("ok", """{"queue":"default","rate":"1/1m","burst":0}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"burst":5}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"key":"[["}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"key":"a","perTenant":true}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"weights":{"a":2}}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"key":"a","weights":{"a":0}}""")]
    [InlineData("ok", """{"tasks":["test.long"],"concurrency":1}""")]
    [InlineData("ok", """{"queue":"default","concurrency":1,"colour":"red"}""")]
    [InlineData("ok", "[]")]
    [InlineData("NO", """{"queue":"default","concurrency":1}""")]
    public async Task Put_Nonsense_IsRefused(string name, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Http.PutAsync(new Uri($"/api/limits/{name}", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Put_AnotherHoldsTheSame_IsAConflict()
    {
        await PutAsync("first", new { tasks = (string[])["test.script", "demo.add"], concurrency = 1 });

        Assert.Equal(HttpStatusCode.Conflict, await PutAsync("second", new { tasks = (string[])["demo.add"], concurrency = 2 }));
        Assert.Equal(HttpStatusCode.Created, await PutAsync("second", new { tasks = (string[])["demo.add"], rate = "1/1s" }));
    }

    [Fact]
    public async Task Find_NothingIsLimited_AsksForNothing()
    {
        var limits = _host.Services.GetRequiredService<TaskLimits>();
        Assert.True(_host.Services.GetRequiredService<TaskRegistry>().TryFind("demo.add", out var task));
        var message = new TaskMessage { Id = "a", Task = "demo.add", Enqueued = _host.Time.GetUtcNow() };
        await limits.ListAsync(CancellationToken.None);

        var found = limits.FindAsync(task, message, "default", CancellationToken.None);

        Assert.True(found.IsCompletedSuccessfully);
        Assert.Null(await found);
    }

    private int Count(string key) => _running.GetValueOrDefault(key);

    private async Task<HttpStatusCode> PutAsync(string name, object limit)
    {
        using var response = await _host.Http.PutAsJsonAsync(new Uri($"/api/limits/{name}", UriKind.Relative), limit);
        return response.StatusCode;
    }

    private async Task PostAsync(string path)
    {
        using var response = await _host.Http.PostAsync(new Uri($"/api/{path}", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
    }

    private async Task<(int Done, int Waiting)> CountAsync(List<string> ids) =>
        ((await FindAsync(ids, TaskState.Success)).Count, (await FindAsync(ids, TaskState.Retry)).Count);

    private async Task<List<TaskRecord>> FindAsync(List<string> ids, TaskState state)
    {
        var records = await Task.WhenAll(ids.Select(id => _host.Tasks.GetAsync(id)));
        return [.. records.OfType<TaskRecord>().Where(r => r.State == state)];
    }
}
