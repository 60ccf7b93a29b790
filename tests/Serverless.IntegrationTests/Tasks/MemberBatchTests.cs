using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Http;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.Tasks;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class MemberBatchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _id = $"b{Guid.NewGuid():N}";
    private TaskHost _host = null!;

    private BatchClient Batches => _host.Services.GetRequiredService<BatchClient>();

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(
        azurite, services => services.AddSingleton(TaskRegistry.Discover(
            [.. typeof(TaskServices).Assembly.GetTypes(), typeof(ScriptTask), typeof(BatchEndTask)])),
        functions: [typeof(BatchFunctions)]);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Batch_MembersSucceedFailAndAreRevoked_CountsThemAndSendsItsCallbacksOnce()
    {
        _host.Script.Run = (args, _) => args.Text == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>("done");
        await OpenAsync(new { id = _id, onFailure = Callback(), onSuccess = Callback(), onCompletion = Callback() });
        var revoked = await SendAsync("later", new SendOptions { Batch = _id, Countdown = TimeSpan.FromMinutes(30) });
        var bad = await SendAsync("bad");
        await _host.WaitAsync(bad, TaskState.Failure);
        await SendAsync("bad");
        await SendAsync("good");
        await _host.Tasks.RevokeAsync(revoked);
        await CloseAsync();
        await _host.SettledAsync();
        Assert.Equal("closed", (await ShowAsync()).State);

        _host.Time.Advance(TimeSpan.FromMinutes(30));

        var batch = await CompletedAsync();
        Assert.Equal((4, 0, 1, 2, 1), (batch.Total, batch.Pending, batch.Succeeded, batch.Failed, batch.Revoked));
        Assert.Equal(bad, batch.FirstFailure);
        Assert.Equal(
            [("failure", $"batch-{_id}-failure"), ("success", null), ("completion", $"batch-{_id}-completion")],
            batch.Callbacks.Select(c => (c.On, c.TaskId)));
        var end = (await _host.WaitAsync($"batch-{_id}-completion", TaskState.Success)).Result!.Value;
        Assert.Equal(new BatchSummary(_id, 4, 1, 2, 1), end.Deserialize<BatchSummary>(AppJson.Options));
        await _host.WaitAsync($"batch-{_id}-failure", TaskState.Success);
        Assert.Null(await _host.Tasks.GetAsync($"batch-{_id}-success"));
        Assert.Contains(_id, (await _host.Tasks.GetAsync(bad))!.Batch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_ManyInOneBody_AllCountAndSucceed()
    {
        await OpenAsync(new { id = _id, onSuccess = Callback() });
        var body = string.Join('\n', Enumerable.Range(0, 1000).Select(_ => """{"task": "test.script"}"""));
        using var response = await _host.Http.PostAsync($"api/tasks?batch={_id}", new StringContent(body));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(1000, (await ShowAsync()).Total);

        await CloseAsync();

        Assert.Equal(1000, (await CompletedAsync()).Succeeded);
        await _host.WaitAsync($"batch-{_id}-success", TaskState.Success);
    }

    [Fact]
    public async Task Batch_ItsOwnTaskAddsToItAfterItWasClosed_WaitsForThatOneToo()
    {
        var closed = new TaskCompletionSource();
        _host.Script.Run = async (args, context) =>
        {
            if (args.Text != "first") return "done";
            await closed.Task;
            return await SendAsync("second", new SendOptions { Batch = context.Batch, ParentId = context.Id });
        };
        await OpenAsync(new { id = _id });
        var first = await SendAsync("first");
        await CloseAsync();
        Assert.Equal(409, (await RefusedAsync(() => SendAsync("late"))).Status);
        closed.SetResult();

        Assert.Equal((2, 2), (await CompletedAsync()) is var batch ? (batch.Total, batch.Succeeded) : default);
        Assert.Equal(
            409, (await RefusedAsync(() => SendAsync("late", new SendOptions { Batch = _id, ParentId = first }))).Status);
    }

    [Fact]
    public async Task Batch_WithAParent_IsAMemberOfIt()
    {
        _host.Script.Run = (args, _) => args.Text == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>("done");
        await OpenAsync(new { id = $"{_id}-top", onFailure = Callback() });
        foreach (var child in (string[])[_id, $"{_id}-2"]) await OpenAsync(new { id = child, parent = $"{_id}-top" });
        await CloseAsync($"{_id}-top");
        await SendAsync("good");
        await SendAsync("bad", new SendOptions { Batch = $"{_id}-2" });
        await CloseAsync();
        await CompletedAsync();
        Assert.Equal("closed", (await ShowAsync($"{_id}-top")).State);

        await CloseAsync($"{_id}-2");

        var top = await CompletedAsync($"{_id}-top");
        Assert.Equal((2, 1, 1, $"{_id}-2"), (top.Total, top.Succeeded, top.Failed, top.FirstFailure));
        await _host.WaitAsync($"batch-{_id}-top-failure", TaskState.Success);
    }

    [Fact]
    public async Task Open_SameIdAgain_IsOneBatchOrRefused()
    {
        await OpenAsync(new { id = _id, description = "one" });
        await SendAsync("good");

        Assert.Equal(HttpStatusCode.OK, await OpenAsync(new { id = _id, description = "one" }));
        Assert.Equal(HttpStatusCode.Conflict, await OpenAsync(new { id = _id, description = "two" }));
        Assert.Equal(1, (await ShowAsync()).Total);
    }

    [Fact]
    public async Task Close_NoMembers_CompletesAtOnce()
    {
        await OpenAsync(new { id = _id, onSuccess = Callback() });

        await CloseAsync();

        Assert.Equal("completed", (await ShowAsync()).State);
        await _host.WaitAsync($"batch-{_id}-success", TaskState.Success);
        Assert.Equal(HttpStatusCode.NotFound, (await _host.Http.PostAsync($"api/batches/{_id}x/close", null)).StatusCode);
    }

    [Fact]
    public async Task End_ToldAgain_CountsOnce()
    {
        var (counter, followUp) = (Service<BatchCounter>(), Service<BatchFollowUp>());
        await OpenAsync(new { id = _id });
        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat($"m{i}", 3))
            .Select(member => counter.CountAsync(_id, member, MemberChange.Added)));
        await CloseAsync();

        await Task.WhenAll(Enumerable.Range(0, 300).SelectMany(i => Enumerable.Repeat($"m{i}", 3))
            .Select(member => followUp.EndAsync(_id, member, MemberChange.Succeeded, CancellationToken.None)));

        var batch = await ShowAsync();
        Assert.Equal(("completed", 300, 300), (batch.State, batch.Total, batch.Succeeded));
    }

    [Fact]
    public async Task Count_TwoInstancesAtOnce_LosesNothing()
    {
        BatchCounter[] instances = [Service<BatchCounter>(), ActivatorUtilities.CreateInstance<BatchCounter>(_host.Services)];
        await OpenAsync(new { id = _id });

        await Task.WhenAll(Enumerable.Range(0, 400).Select(i => instances[i % 2].CountAsync(_id, $"m{i / 2}", MemberChange.Added)));

        Assert.Equal(200, (await ShowAsync()).Total);
    }

    [Fact]
    public async Task Sweep_HostDiedBeforeItCouldComplete_CompletesAndTells()
    {
        var counter = Service<BatchCounter>();
        await OpenAsync(new { id = _id, onFailure = Callback(), onCompletion = Callback() });
        await counter.CountAsync(_id, "m", MemberChange.Added);
        await CloseAsync();
        await counter.CountAsync(_id, "m", MemberChange.Failed);
        Assert.Equal("closed", (await ShowAsync()).State);

        await Service<BatchSweep>().RunAsync(CancellationToken.None);

        Assert.Equal(("completed", 1), (await ShowAsync()) is var batch ? (batch.State, batch.Failed) : default);
        await _host.WaitAsync($"batch-{_id}-failure", TaskState.Success);
        await _host.WaitAsync($"batch-{_id}-completion", TaskState.Success);
    }

    [Fact]
    public async Task Add_WhileItCompletes_IsWithdrawn()
    {
        var store = Service<BatchStore>();
        await OpenAsync(new { id = _id });
        var found = (await store.FindAsync(_id, CancellationToken.None))!;
        Assert.True(
            await store.TryUpdateAsync(found.State with { Phase = BatchPhase.Completing }, found.Version, CancellationToken.None));

        await Assert.ThrowsAsync<BatchClosedException>(
            () => Service<BatchMembers>().AddAsync(_id, ["a", "b"], null, CancellationToken.None));

        Assert.Equal(0, (await ShowAsync()).Total);
        await Service<BatchSweep>().RunAsync(CancellationToken.None);
        Assert.Equal("completed", (await ShowAsync()).State);
    }

    [Fact]
    public async Task Purge_AWeekAfterItsEnd_ForgetsIt()
    {
        await OpenAsync(new { id = _id });
        await SendAsync("good");
        await CloseAsync();
        await CompletedAsync();
        await SweepAfter(6).PurgeAsync(CancellationToken.None);
        Assert.NotNull(await Batches.FindAsync(_id, CancellationToken.None));

        await SweepAfter(8).PurgeAsync(CancellationToken.None);

        Assert.Null(await Batches.FindAsync(_id, CancellationToken.None));
        Assert.Equal(BatchCounts.None, await Service<BatchTotals>().ReadAsync(_id, CancellationToken.None));
    }

    private BatchSweep SweepAfter(int days) =>
        ActivatorUtilities.CreateInstance<BatchSweep>(_host.Services, new FakeTimeProvider(_host.Time.GetUtcNow().AddDays(days)));

    [Fact]
    public async Task List_Pages_NewestFirst()
    {
        foreach (var number in Enumerable.Range(0, 3))
        {
            // Later than what other tests open.
            var time = new FakeTimeProvider(_host.Time.GetUtcNow().AddYears(3).AddSeconds(number));
            var client = ActivatorUtilities.CreateInstance<BatchClient>(_host.Services, time);
            await client.OpenAsync(new BatchDefinition { Id = $"{_id}-{number}" }, CancellationToken.None);
        }

        var first = await _host.Http.GetFromJsonAsync<BatchPage>("api/batches?size=2", AppJson.Options);
        var second = await _host.Http.GetFromJsonAsync<BatchPage>($"api/batches?size=2&after={first!.Next}", AppJson.Options);

        Assert.Equal([$"{_id}-2", $"{_id}-1"], first.Batches.Select(b => b.Id));
        Assert.Equal($"{_id}-0", second!.Batches[0].Id);
    }

    [Theory]
    [InlineData("""{"id": "a/b"}""", 400)]
    [InlineData("""{"id": ""}""", 400)]
    [InlineData("""{"parent": "no-such-batch"}""", 404)]
    [InlineData("""{"onSuccess": {"task": "no.such"}}""", 400)]
    [InlineData("""{"onSuccess": {"task": "demo.add", "args": {"a": "x"}}}""", 400)]
    [InlineData("""{"onSuccess": {"task": "demo.add", "args": {"a": 1, "b": 1}, "queue": "none"}}""", 400)]
    [InlineData("""{"onSuccess": {"args": {}}}""", 400)]
    [InlineData("""{"other": 1}""", 400)]
    public async Task Open_Wrong_IsRefused(string body, int status)
    {
        using var response = await _host.Http.PostAsync(
            "api/batches", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Send_IntoNoBatchOrWithWhatItDoesNotGoWith_IsRefused()
    {
        Assert.Equal(404, (await RefusedAsync(() => SendAsync("x"))).Status);
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = "a/b" }))).Status);
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = _id, IgnoreResult = true }))).Status);
        var unique = new UniqueRule("k") { For = TimeSpan.FromMinutes(1) };
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = _id, Unique = unique }))).Status);
    }

    [Fact]
    public async Task Commands_OpenSendCloseShow_SayWhatHappens()
    {
        Assert.Equal($"Opened: {_id}", (await CommandAsync("batches", "open", $$"""{"id": "{{_id}}"}""")).Output.Trim());
        await CommandAsync("tasks", "send", "demo.add", """{"a": 1, "b": 1}""", "--batch", _id);
        Assert.Equal($"Closed: {_id}", (await CommandAsync("batches", "close", _id)).Output.Trim());
        await CompletedAsync();

        Assert.Contains("completed", (await CommandAsync("batches", "show", _id)).Output, StringComparison.Ordinal);
        Assert.Contains(_id, (await CommandAsync("batches", "list")).Output, StringComparison.Ordinal);
    }

    private Task<CommandResult> CommandAsync(params string[] arguments) => InProcess.RunAsync(_host.Http.BaseAddress!, arguments);

    private T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    private static object Callback() => new { task = "test.batch_end" };

    private Task<string> SendAsync(string text, SendOptions? options = null) =>
        _host.SendAsync(new ScriptArgs(text), options ?? new SendOptions { Batch = _id });

    private async Task<HttpStatusCode> OpenAsync(object body)
    {
        using var response = await _host.Http.PostAsJsonAsync("api/batches", body);
        return response.StatusCode;
    }

    private async Task CloseAsync(string? id = null) =>
        (await _host.Http.PostAsync($"api/batches/{id ?? _id}/close", null)).EnsureSuccessStatusCode();

    private async Task<BatchView> ShowAsync(string? id = null) =>
        (await _host.Http.GetFromJsonAsync<BatchView>($"api/batches/{id ?? _id}", AppJson.Options))!;

    private async Task<BatchView> CompletedAsync(string? id = null)
    {
        await Eventually.EqualAsync("completed", async () => (await ShowAsync(id)).State);
        return await ShowAsync(id);
    }

    private static async Task<IRefusal> RefusedAsync(Func<Task<string>> send) =>
        Assert.IsAssignableFrom<IRefusal>(await Record.ExceptionAsync(send));

    [TaskHandler("test.batch_end")]
    internal sealed class BatchEndTask : ITaskHandler<BatchEndTask.Args, BatchSummary>
    {
        public sealed record Args(BatchSummary Batch);

        public Task<BatchSummary> RunAsync(Args args, TaskContext context) => Task.FromResult(args.Batch);
    }
}
