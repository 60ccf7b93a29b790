using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.Messaging;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class UniqueTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly TaskCompletionSource _goOn = new();
    private readonly BrokenLanes _broken = new();
    private TaskHost _host = null!;

    private UniqueClaims Claims => _host.Services.GetRequiredService<UniqueClaims>();

    private SendOptions UntilStarted => new() { Unique = new UniqueRule(_key) { Until = UniqueUntil.Started } };

    private SendOptions UntilDone => new() { Unique = new UniqueRule(_key) { Until = UniqueUntil.Done } };

    private SendOptions ForAWhile => new() { Unique = new UniqueRule(_key) { For = Window } };

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite, services =>
        services.AddSingleton<IQueueSender>(p => new BrokenSender(p.GetRequiredService<ServiceBusClient>(), _broken)));

    public Task DisposeAsync()
    {
        _goOn.TrySetResult();
        return _host.DisposeAsync().AsTask();
    }

    [Theory]
    [InlineData(null, "started")]
    [InlineData(null, "done")]
    [InlineData("10m", null)]
    [InlineData("10m", "done")]
    public async Task Send_WhileTheFirstWaits_AnswersItsId(string? time, string? until)
    {
        var body = new { args = new { text = "1" }, countdown = 60, unique = new { key = _key, @for = time, until } };

        var first = await PostAsync(body);
        var second = await PostAsync(body with { args = new { text = "2" }, countdown = 0 });

        Assert.Equal(first, second);
        Assert.Equal(new QueueCounts(0, 1, 0), await _host.Queues.CountAsync("default"));
        _host.Time.Advance(TimeSpan.FromSeconds(61));
        await _host.WaitAsync(first, TaskState.Success);
        Assert.Equal("1", Assert.Single(_host.Script.Runs).Args.Text);
    }

    [Fact]
    public async Task Send_UntilDone_AnswersTheFirstIdWhileItRunsAndAnotherThen()
    {
        var first = await SendBlockedAsync(UntilDone);

        Assert.Equal(first, await _host.SendAsync(options: UntilDone));
        _goOn.SetResult();
        await _host.WaitAsync(first, TaskState.Success);
        var second = await _host.SendAsync(options: UntilDone);

        Assert.NotEqual(first, second);
        await _host.WaitAsync(second, TaskState.Success);
        await _host.IdleAsync();
        Assert.Equal([first, second], _host.Script.Runs.Select(r => r.Id));
    }

    [Fact]
    public async Task Send_UntilStartedAndThePausedFirstWasPutOff_AnswersItsId()
    {
        const string Name = "test.quick";
        var pauses = _host.Services.GetRequiredService<TaskPauses>();
        await pauses.AddAsync(PauseKind.Task, Name, "ada", default);
        var first = await _host.SendAsync(options: UntilStarted, task: Name);
        await _host.WaitAsync(first, TaskState.Retry);

        // Put off, it has not begun: what changes now is still seen by its first run.
        Assert.Equal(first, await _host.SendAsync(options: UntilStarted, task: Name));
        await pauses.RemoveAsync(PauseKind.Task, Name, default);
        await _host.RetryAsync(first, 0);
        await _host.WaitAsync(first, TaskState.Success);

        Assert.NotEqual(first, await _host.SendAsync(options: UntilStarted, task: Name));
    }

    [Fact]
    public async Task Send_UntilStarted_IsFreeAsSoonAsTheFirstRuns()
    {
        var first = await SendBlockedAsync(UntilStarted);

        var second = await _host.SendAsync(options: UntilStarted);

        Assert.NotEqual(first, second);
        _goOn.SetResult();
        await _host.WaitAsync(second, TaskState.Success);
        await _host.WaitAsync(first, TaskState.Success);
    }

    [Fact]
    public async Task Send_ForATime_AnswersTheFirstIdToItsEndWhateverBecameOfIt()
    {
        var options = ForAWhile with { ResultTtl = TimeSpan.FromMinutes(1) };
        var first = await _host.SendAsync(options: options);
        await _host.WaitAsync(first, TaskState.Success);
        await _host.SettledAsync();

        _host.Time.Advance(Window - TimeSpan.FromSeconds(1));
        Assert.Null(await _host.Tasks.GetAsync(first));
        Assert.Equal(first, await _host.SendAsync(options: options));
        _host.Time.Advance(TimeSpan.FromSeconds(2));
        var second = await _host.SendAsync(options: options);

        Assert.NotEqual(first, second);
        await _host.WaitAsync(second, TaskState.Success);
        Assert.Equal(2, _host.Script.Runs.Count);
    }

    [Fact]
    public async Task Send_UntilDone_FailureForGoodAndAForgottenTaskFreeTheKey()
    {
        _host.Script.Run = (args, _) => args.Text == "bad" ? throw new TaskValidationException("No.") : Task.FromResult<object?>(null);
        var options = UntilDone with { ResultTtl = TimeSpan.FromMinutes(1) };
        var first = await _host.SendAsync(new ScriptArgs("bad"), options);
        await _host.WaitAsync(first, TaskState.Failure);

        var second = await _host.SendAsync(new ScriptArgs("good"), options);
        await _host.WaitAsync(second, TaskState.Success);
        await _host.SettledAsync();
        _host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await _host.Tasks.GetAsync(second));
        var third = await _host.SendAsync(new ScriptArgs("good"), options);

        await _host.WaitAsync(third, TaskState.Success);
        Assert.Equal(3, new[] { first, second, third }.Distinct().Count());
    }

    [Fact]
    public async Task Send_OtherKeyOrOtherTask_IsAnotherTask()
    {
        var later = UntilDone with { Countdown = TimeSpan.FromHours(1) };
        var other = later with { Unique = new UniqueRule(_key + "x") { Until = UniqueUntil.Done } };

        string[] ids =
        [
            await _host.SendAsync(options: later), await _host.SendAsync(options: other),
            await _host.SendAsync(options: later, task: "test.rescue"),
        ];

        Assert.Equal(3, ids.Distinct().Count());
    }

    [Fact]
    public async Task Send_ManyAtOnce_AreOneTask()
    {
        _host.Script.Run = async (_, _) =>
        {
            await _goOn.Task;
            return null;
        };

        var ids = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => _host.SendAsync(options: UntilDone)));
        var batch = await _host.Tasks.SendBatchAsync(
            [.. Enumerable.Repeat(new TaskRequest("test.script", JsonSerializer.SerializeToElement(new { }), UntilDone), 10)]);

        Assert.Single(ids.Concat(batch.Select(o => o.Id!)).Distinct());
        _goOn.SetResult();
        await _host.WaitAsync(ids[0], TaskState.Success);
        await _host.IdleAsync();
        Assert.Single(_host.Script.Runs);
    }

    [Theory]
    [InlineData("started")]
    [InlineData("done")]
    [InlineData(null)]
    public async Task Send_SenderDiedBeforeItNotedItsTask_SendsItUnderTheSameIdAndSoonUnderAnother(string? until)
    {
        var options = until switch { "started" => UntilStarted, "done" => UntilDone, _ => ForAWhile };
        var dead = Guid.CreateVersion7(_host.Time.GetUtcNow()).ToString("N");
        var claim = TaskClaim.KeyOf("unique", "test.script", _key);
        await Claims.TakeAsync(claim, dead, new ClaimPlace("default", 0), options.Unique!, default);
        Assert.Equal(dead, await _host.SendAsync(options: options));
        await _host.WaitAsync(dead, TaskState.Success);

        var other = options with { Unique = options.Unique! with { Key = _key + "x" } };
        var key = TaskClaim.KeyOf("unique", "test.script", _key + "x");
        await Claims.TakeAsync(key, dead + "x", new ClaimPlace("default", 0), other.Unique!, CancellationToken.None);
        _host.Time.Advance(TimeSpan.FromMinutes(2));
        var sent = await _host.SendAsync(options: other);
        Assert.NotEqual(dead + "x", sent);
        await _host.WaitAsync(sent, TaskState.Success);
    }

    [Theory]
    [InlineData("started")]
    [InlineData("done")]
    [InlineData(null)]
    public async Task Send_MessageWasNotStored_IsSentWithTheNextAndRunsOnce(string? until)
    {
        var options = until switch { "started" => UntilStarted, "done" => UntilDone, _ => ForAWhile };
        _broken.Lane = "default";
        await Assert.ThrowsAsync<ServiceBusException>(() => _host.SendAsync(new ScriptArgs("1"), options));
        _broken.Lane = null;
        _host.Time.Advance(TimeSpan.FromMinutes(2));

        var id = await _host.SendAsync(new ScriptArgs("2"), options);

        await _host.WaitAsync(id, TaskState.Success);
        await _host.IdleAsync();
        Assert.Equal("2", Assert.Single(_host.Script.Runs).Args.Text);
    }

    [Fact]
    public async Task Send_Plain_AsksForNoClaims()
    {
        await using var host = await TaskHost.StartAsync(
            azurite, services => services.AddKeyedSingleton(TaskClaim.TableName, new LazyTable(null!, TaskClaim.TableName)));

        await host.WaitAsync(await host.SendAsync(), TaskState.Success);
        await Assert.ThrowsAnyAsync<Exception>(() => host.SendAsync(options: UntilDone));
    }

    [Theory]
    [InlineData("""{"unique": {}}""", "unique")]
    [InlineData("""{"unique": {"key": "a"}}""", "unique")]
    [InlineData("""{"unique": {"key": "", "until": "done"}}""", "unique.key")]
    [InlineData("""{"unique": {"key": null, "until": "done"}}""", "unique.key")]
    [InlineData("""{"unique": {"key": "a", "until": "never"}}""", "unique.until")]
    [InlineData("""{"unique": {"key": "a", "until": 1}}""", "unique.until")]
    [InlineData("""{"unique": {"key": "a", "for": "soon"}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "for": "-1s"}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "for": "0s"}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "for": "31d"}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "for": "99999999999d"}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "for": 600}}""", "unique.for")]
    [InlineData("""{"unique": {"key": "a", "until": "done", "nobody": 1}}""", "unique.nobody")]
    [InlineData("""{"unique": {"key": "a", "until": "done"}, "taskId": "x"}""", "unique")]
    [InlineData("""{"unique": {"key": "a", "until": "done"}, "ignoreResult": true}""", "unique")]
    [InlineData("""{"unique": {"key": "a", "until": "done"}, "resultTtl": 59}""", "resultTtl")]
    [InlineData("""{"unique": {"key": "a", "until": "done"}, "debounce": {"key": "a", "for": "1s"}}""", "unique")]
    [InlineData("""{"debounce": {"key": "a"}}""", "debounce")]
    [InlineData("""{"debounce": {"key": "a", "for": "0s"}}""", "debounce.for")]
    [InlineData("""{"debounce": {"key": "a", "for": "2d"}}""", "debounce.for")]
    [InlineData("""{"debounce": {"key": "a", "for": "5s"}, "countdown": 5}""", "debounce")]
    public async Task Send_WrongRule_IsRefusedByItsName(string body, string option)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await _host.Http.PostAsync("api/tasks/test.script", content);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal([option], problem.GetProperty("errors").EnumerateObject().Select(e => e.Name));
        Assert.DoesNotContain("System.", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_UniqueAndDebounce_AreSent()
    {
        string[] send = ["tasks", "send", "test.script", "--countdown", "60", "--unique", _key, "--until", "done", "--for", "10m"];
        var first = await CommandAsync(send);
        Assert.Equal(first.Output, (await CommandAsync(send)).Output);
        Assert.Equal(0, (await CommandAsync("tasks", "send", "test.script", "--debounce", _key, "--for", "5s")).ExitCode);
        Assert.Equal(2, (await CommandAsync("tasks", "send", "test.script", "--unique", _key)).ExitCode);
        Assert.Equal(2, (await CommandAsync("tasks", "send", "test.script", "--for", "5s")).ExitCode);
    }

    private async Task<string> SendBlockedAsync(SendOptions options)
    {
        var begun = new TaskCompletionSource();
        _host.Script.Run = async (_, _) =>
        {
            begun.TrySetResult();
            await _goOn.Task;
            return null;
        };
        var id = await _host.SendAsync(options: options);
        await begun.Task.WaitAsync(TimeSpan.FromMinutes(2));
        return id;
    }

    private async Task<string> PostAsync<T>(T body)
    {
        using var response = await _host.Http.PostAsJsonAsync("api/tasks/test.script", body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private Task<CommandResult> CommandAsync(params string[] arguments) => InProcess.RunAsync(_host.Http.BaseAddress!, arguments);
}
