using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Http;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class MemberBatchTests(AzuriteFixture azurite) : MemberBatchTestBase(azurite)
{
    [Fact]
    public async Task Batch_MembersSucceedFailAndAreRevoked_CountsThemAndSendsItsCallbacksOnce()
    {
        Host.Script.Run = (args, _) => args.Text == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>("done");
        await OpenAsync(new { id = Id, onFailure = Callback(), onSuccess = Callback(), onCompletion = Callback() });
        var revoked = await SendAsync("later", new SendOptions { Batch = Id, Countdown = TimeSpan.FromMinutes(30) });
        var bad = await SendAsync("bad");
        await Host.WaitAsync(bad, TaskState.Failure);
        await SendAsync("bad");
        await SendAsync("good");
        await Host.Tasks.RevokeAsync(revoked);
        await CloseAsync();
        await Host.SettledAsync();
        Assert.Equal("closed", (await ShowAsync()).State);

        Host.Time.Advance(TimeSpan.FromMinutes(30));

        var batch = await CompletedAsync();
        Assert.Equal((4, 0, 1, 2, 1), (batch.Total, batch.Pending, batch.Succeeded, batch.Failed, batch.Revoked));
        Assert.Equal(bad, batch.FirstFailure);
        Assert.Equal(
            [("failure", $"batch-{Id}-failure"), ("success", null), ("completion", $"batch-{Id}-completion")],
            batch.Callbacks.Select(c => (c.On, c.TaskId)));
        var end = (await Host.WaitAsync($"batch-{Id}-completion", TaskState.Success)).Result!.Value;
        Assert.Equal(new BatchSummary(Id, 4, 1, 2, 1), end.Deserialize<BatchSummary>(AppJson.Options));
        await Host.WaitAsync($"batch-{Id}-failure", TaskState.Success);
        Assert.Null(await Host.Tasks.GetAsync($"batch-{Id}-success"));
        Assert.Contains(Id, (await Host.Tasks.GetAsync(bad))!.Batch, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batch_ManyInOneBody_AllCountAndSucceed()
    {
        await OpenAsync(new { id = Id, onSuccess = Callback() });
        var body = string.Join('\n', Enumerable.Range(0, 1000).Select(_ => """{"task": "test.script"}"""));
        using var response = await Host.Http.PostAsync($"api/tasks?batch={Id}", new StringContent(body));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(1000, (await ShowAsync()).Total);

        await CloseAsync();

        Assert.Equal(1000, (await CompletedAsync()).Succeeded);
        await Host.WaitAsync($"batch-{Id}-success", TaskState.Success);
    }

    [Fact]
    public async Task Batch_ItsOwnTaskAddsToItAfterItWasClosed_WaitsForThatOneToo()
    {
        var closed = new TaskCompletionSource();
        Host.Script.Run = async (args, context) =>
        {
            if (args.Text != "first") return "done";
            await closed.Task;
            return await SendAsync("second", new SendOptions { Batch = context.Batch, ParentId = context.Id });
        };
        await OpenAsync(new { id = Id });
        var first = await SendAsync("first");
        await CloseAsync();
        Assert.Equal(409, (await RefusedAsync(() => SendAsync("late"))).Status);
        closed.SetResult();

        Assert.Equal((2, 2), (await CompletedAsync()) is var batch ? (batch.Total, batch.Succeeded) : default);
        Assert.Equal(
            409, (await RefusedAsync(() => SendAsync("late", new SendOptions { Batch = Id, ParentId = first }))).Status);
    }

    [Fact]
    public async Task Batch_WithAParent_IsAMemberOfIt()
    {
        Host.Script.Run = (args, _) => args.Text == "bad" ? throw new BusinessRuleException("no") : Task.FromResult<object?>("done");
        await OpenAsync(new { id = $"{Id}-top", onFailure = Callback() });
        foreach (var child in (string[])[Id, $"{Id}-2"]) await OpenAsync(new { id = child, parent = $"{Id}-top" });
        await CloseAsync($"{Id}-top");
        await SendAsync("good");
        await SendAsync("bad", new SendOptions { Batch = $"{Id}-2" });
        await CloseAsync();
        await CompletedAsync();
        Assert.Equal("closed", (await ShowAsync($"{Id}-top")).State);

        await CloseAsync($"{Id}-2");

        var top = await CompletedAsync($"{Id}-top");
        Assert.Equal((2, 1, 1, $"{Id}-2"), (top.Total, top.Succeeded, top.Failed, top.FirstFailure));
        await Host.WaitAsync($"batch-{Id}-top-failure", TaskState.Success);
    }

    [Fact]
    public async Task Open_SameIdAgain_IsOneBatchOrRefused()
    {
        await OpenAsync(new { id = Id, description = "one" });
        await SendAsync("good");

        Assert.Equal(HttpStatusCode.OK, await OpenAsync(new { id = Id, description = "one" }));
        Assert.Equal(HttpStatusCode.Conflict, await OpenAsync(new { id = Id, description = "two" }));
        Assert.Equal(1, (await ShowAsync()).Total);
    }

    [Fact]
    public async Task Close_NoMembers_CompletesAtOnce()
    {
        await OpenAsync(new { id = Id, onSuccess = Callback() });

        await CloseAsync();

        Assert.Equal("completed", (await ShowAsync()).State);
        await Host.WaitAsync($"batch-{Id}-success", TaskState.Success);
        Assert.Equal(HttpStatusCode.NotFound, (await Host.Http.PostAsync($"api/batches/{Id}x/close", null)).StatusCode);
    }

    [Fact]
    public async Task List_Pages_NewestFirst()
    {
        foreach (var number in Enumerable.Range(0, 3))
        {
            // Later than what other tests open.
            var time = new FakeTimeProvider(Host.Time.GetUtcNow().AddYears(3).AddSeconds(number));
            var client = ActivatorUtilities.CreateInstance<BatchClient>(Host.Services, time);
            await client.OpenAsync(new BatchDefinition { Id = $"{Id}-{number}" }, CancellationToken.None);
        }

        var first = await Host.Http.GetFromJsonAsync<BatchPage>("api/batches?size=2", AppJson.Options);
        var second = await Host.Http.GetFromJsonAsync<BatchPage>($"api/batches?size=2&after={first!.Next}", AppJson.Options);

        Assert.Equal([$"{Id}-2", $"{Id}-1"], first.Batches.Select(b => b.Id));
        Assert.Equal($"{Id}-0", second!.Batches[0].Id);
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
        using var response = await Host.Http.PostAsync(
            "api/batches", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
    }

    [Fact]
    public async Task Send_IntoNoBatchOrWithWhatItDoesNotGoWith_IsRefused()
    {
        Assert.Equal(404, (await RefusedAsync(() => SendAsync("x"))).Status);
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = "a/b" }))).Status);
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = Id, IgnoreResult = true }))).Status);
        var unique = new UniqueRule("k") { For = TimeSpan.FromMinutes(1) };
        Assert.Equal(400, (await RefusedAsync(() => SendAsync("x", new SendOptions { Batch = Id, Unique = unique }))).Status);
    }

    [Fact]
    public async Task Commands_OpenSendCloseShow_SayWhatHappens()
    {
        Assert.Equal($"Opened: {Id}", (await CommandAsync("batches", "open", $$"""{"id": "{{Id}}"}""")).Output.Trim());
        await CommandAsync("tasks", "send", "demo.add", """{"a": 1, "b": 1}""", "--batch", Id);
        Assert.Equal($"Closed: {Id}", (await CommandAsync("batches", "close", Id)).Output.Trim());
        await CompletedAsync();

        Assert.Contains("completed", (await CommandAsync("batches", "show", Id)).Output, StringComparison.Ordinal);
        Assert.Contains(Id, (await CommandAsync("batches", "list")).Output, StringComparison.Ordinal);
    }

    private Task<CommandResult> CommandAsync(params string[] arguments) => InProcess.RunAsync(Host.Http.BaseAddress!, arguments);
}
