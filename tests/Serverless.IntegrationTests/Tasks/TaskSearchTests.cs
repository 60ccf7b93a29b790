using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Serverless.DeadLetters.Operations;
using Serverless.DeadLetters.TaskOperations;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class TaskSearchTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static int _tests;

    private TaskHost _host = null!;
    private DateTimeOffset _start;

    public async Task InitializeAsync()
    {
        // Tests of one collection share a table: each has years of its own.
        _start = new DateTimeOffset(2030 + (2 * Interlocked.Increment(ref _tests)), 1, 1, 0, 0, 0, TimeSpan.Zero);
        _host = await TaskHost.StartAsync(
            azurite,
            time: new FakeTimeProvider(_start),
            functions: [typeof(TaskOperationFunctions), typeof(TaskOperationActivities), typeof(TaskOperationOrchestrator),
                typeof(QueueOperationOrchestrator), typeof(QueueOperationActivities)]);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task List_GeneratedAndChosenIds_NewestFirstEachOnce()
    {
        var sent = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            sent.Add(await _host.SendAsync(options: i % 3 == 0 ? new SendOptions { TaskId = $"chosen-{i}-{_start.Ticks}" } : null));
            _host.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(sent.AsEnumerable().Reverse(), await ListAsync($"since={Text(_start)}&size=5"));
        Assert.Equal([sent[4], sent[3], sent[2]], await ListAsync(
            $"since={Text(_start.AddSeconds(2))}&before={Text(_start.AddSeconds(5))}&size=2"));
    }

    [Fact]
    public async Task List_Filters_FindByStateQueueNameAndText()
    {
        _host.Script.Run = (args, _) => args.Text == "bad"
            ? throw new BusinessRuleException("The Zebra is missing.") : Task.FromResult<object?>("done");
        var good = await _host.SendAsync(new ScriptArgs { Text = "good" });
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var bad = await _host.SendAsync(new ScriptArgs { Text = "bad" });
        await _host.WaitAsync(good, TaskState.Success);
        await _host.WaitAsync(bad, TaskState.Failure);
        var since = $"since={Text(_start)}";

        Assert.Equal([bad], await ListAsync($"{since}&text=zebra"));
        Assert.Equal([good], await ListAsync($"{since}&text={good[10..]}"));
        Assert.Equal([bad], await ListAsync($"{since}&state=FAILURE&task=test.script"));
        Assert.Equal([bad, good], await ListAsync($"{since}&queue=default"));
        Assert.Empty(await ListAsync($"{since}&queue=email"));
        Assert.Empty(await ListAsync($"{since}&task=test"));
    }

    [Fact]
    public async Task List_ChosenIdThatWasForgottenAndSentAgain_IsListedOnce()
    {
        var id = $"again-{_start.Ticks}";
        await _host.SendAsync(options: new SendOptions { TaskId = id });
        await _host.WaitAsync(id, TaskState.Success);
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromHours(2));
        await _host.SendAsync(options: new SendOptions { TaskId = id });
        await _host.WaitAsync(id, TaskState.Success);

        Assert.Equal([id], await ListAsync($"since={Text(_start)}"));
    }

    [Fact]
    public async Task Operation_Revoke_PreviewsThenRevokesWhatWaits()
    {
        var waiting = new List<string>();
        for (var i = 0; i < 3; i++) waiting.Add(await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) }));
        var done = await _host.SendAsync();
        await _host.WaitAsync(done, TaskState.Success);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var filter = new { kind = "revoke", since = _start, task = "test.script" };

        var preview = await PostAsync(new { filter.kind, filter.since, filter.task, dryRun = true }, HttpStatusCode.OK);
        Assert.Equal((3, true), (preview.GetProperty("count").GetInt32(), preview.GetProperty("isExact").GetBoolean()));
        Assert.Equal(TaskState.Pending, (await _host.Store.FindAsync(waiting[0]))!.State);
        var output = await RunAsync(filter);

        Assert.Equal((3, 3, 0), Figures(output));
        foreach (var id in waiting) Assert.Equal(TaskState.Revoked, (await _host.Store.FindAsync(id))!.State);
        Assert.Equal(TaskState.Success, (await _host.Store.FindAsync(done))!.State);
    }

    [Fact]
    public async Task Operation_ByIds_MeansNoOthers()
    {
        var waiting = new List<string>();
        for (var i = 0; i < 3; i++) waiting.Add(await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) }));
        var done = await _host.SendAsync();
        await _host.WaitAsync(done, TaskState.Success);
        string[] ids = [waiting[0], waiting[2], done, "nobody"];

        var preview = await PostAsync(new { kind = "revoke", ids, dryRun = true }, HttpStatusCode.OK);
        var output = await RunAsync(new { kind = "revoke", ids });

        Assert.Equal(2, preview.GetProperty("count").GetInt32());
        Assert.Equal((2, 2, 0), Figures(output));
        Assert.Equal(
            [TaskState.Revoked, TaskState.Pending, TaskState.Revoked],
            await Task.WhenAll(waiting.Select(async id => (await _host.Store.FindAsync(id))!.State)));
    }

    [Fact]
    public async Task Operation_Retry_BringsFailedTasksBack()
    {
        _host.Script.Run = (args, _) => args.Text is "a" or "b" ? throw new BusinessRuleException("No.") : Task.FromResult<object?>("done");
        var failed = new[] { await _host.SendAsync(new ScriptArgs { Text = "a" }), await _host.SendAsync(new ScriptArgs { Text = "b" }) };
        foreach (var id in failed) await _host.WaitAsync(id, TaskState.Failure);
        await _host.IdleAsync();
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        _host.Script.Run = (_, _) => Task.FromResult<object?>("done");

        var output = await RunAsync(new { kind = "retry", since = _start, state = "FAILURE" });

        Assert.Equal((2, 2, 0), Figures(output));
        foreach (var id in failed) await _host.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Commands_RevokeAndRetryByFilter_SayHowManyFirst()
    {
        var since = _start.ToString("O", CultureInfo.InvariantCulture);
        _host.Script.Run = (args, _) => args.Text is "bad" ? throw new BusinessRuleException("No.") : Task.FromResult<object?>("done");
        var failed = await _host.SendAsync(new ScriptArgs { Text = "bad" });
        await _host.WaitAsync(failed, TaskState.Failure);
        await _host.IdleAsync();
        var waiting = new List<string>();
        for (var i = 0; i < 2; i++) waiting.Add(await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) }));
        _host.Script.Run = (_, _) => Task.FromResult<object?>("done");
        _host.Time.Advance(TimeSpan.FromSeconds(1));

        var preview = await CommandAsync("tasks", "revoke", "--task", "test.script", "--since", since, "--dry-run");
        var revoked = await CommandAsync("tasks", "revoke", "--task", "test.script", "--since", since);
        var retried = await CommandAsync("tasks", "retry", failed);
        var unclear = await CommandAsync("tasks", "retry");

        Assert.Equal("2 tasks would be revoked.", preview.Output.Trim());
        Assert.Contains("2 revoked", revoked.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 sent again", retried.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, unclear.ExitCode);
        foreach (var id in waiting) Assert.Equal(TaskState.Revoked, (await _host.Store.FindAsync(id))!.State);
        await _host.WaitAsync(failed, TaskState.Success);
    }

    [Theory]
    [InlineData("{}", "kind", "all")]
    [InlineData("""{"kind":"revoke"}""", "all")]
    [InlineData("""{"kind":"revoke","all":true,"queue":"nowhere"}""", "all", "queue")]
    [InlineData("""{"kind":"destroy","all":true}""", "kind")]
    [InlineData("""{"kind":"retry","task":"x","text":""}""", "text")]
    [InlineData("""{"kind":"retry","task":"x","ids":["a"]}""", "all")]
    [InlineData("""{"kind":"retry","ids":[]}""", "ids")]
    [InlineData("""{"kind":"retry","ids":[null]}""", "ids")]
    [InlineData("""{"kind":"retry","ids":["a/b"]}""", "ids")]
    public async Task Operation_Hostile_NamesEveryFault(string body, params string[] options)
    {
        using var answer = await _host.Http.PostAsync(
            "api/tasks/operations", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(options.Order(), problem.GetProperty("errors").EnumerateObject().Select(e => e.Name).Order());
    }

    // An operation's orchestration may wait for the host's clock.
    private async Task<CommandResult> CommandAsync(params string[] arguments)
    {
        var run = InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
        await Eventually.TrueAsync(() =>
        {
            if (!run.IsCompleted) _host.Time.Advance(TimeSpan.FromMilliseconds(100));
            return run.IsCompleted;
        });
        return await run;
    }

    private async Task<JsonElement> RunAsync<T>(T request)
    {
        var started = await PostAsync(request, HttpStatusCode.Accepted);
        JsonElement status = default;
        await Eventually.TrueAsync(async () =>
        {
            _host.Time.Advance(TimeSpan.FromMilliseconds(100));
            status = await _host.Http.GetFromJsonAsync<JsonElement>(started.GetProperty("status").GetString());
            return status.GetProperty("status").GetString() is "completed" or "failed";
        });
        return status.GetProperty("output");
    }

    private async Task<JsonElement> PostAsync<T>(T request, HttpStatusCode expected)
    {
        using var answer = await _host.Http.PostAsJsonAsync("api/tasks/operations", request);
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static (int Found, int Done, int Passed) Figures(JsonElement output)
    {
        var figures = output.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal);
        return (figures["found"].GetInt32(), figures["done"].GetInt32(), figures["passed"].GetInt32());
    }

    private static string Text(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("O", CultureInfo.InvariantCulture));

    private async Task<IReadOnlyList<string>> ListAsync(string query)
    {
        var found = new List<string>();
        string? after = null;
        do
        {
            var page = await _host.Http.GetFromJsonAsync<JsonElement>($"api/tasks?{query}&after={after}");
            found.AddRange(page.GetProperty("tasks").EnumerateArray().Select(t => t.GetProperty("id").GetString()!));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);

        return found;
    }
}
