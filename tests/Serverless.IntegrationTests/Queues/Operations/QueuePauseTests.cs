using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Serverless.DeadLetters.Endpoints;
using Serverless.IntegrationTests.Local.Remote;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues.Operations;

[Collection(TaskTests.Name)]
public sealed class QueuePauseTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private OperationHost _host = null!;

    private TaskHost Tasks => _host.Tasks;

    public async Task InitializeAsync()
    {
        _host = await OperationHost.StartAsync(azurite);
        _host.Broken = _ => false;
    }

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Theory]
    [InlineData("email", 0)]
    [InlineData("email", 10)]
    [InlineData("tenants", 0)]
    public async Task Pause_Queue_TakesInAndHandsOutNothingUntilItIsResumed(string queue, int priority)
    {
        var paused = await PostAsync($"queues/{queue}/pause");
        var waiting = await Tasks.SendAsync(options: new SendOptions { Queue = queue, Priority = priority, Tenant = "shop" });

        // What other queues run meanwhile shows that there was time to run it.
        for (var i = 0; i < 5; i++) await Tasks.WaitAsync(await Tasks.SendAsync(), TaskState.Success);
        Assert.True(paused.GetProperty("paused").GetBoolean());
        Assert.All(paused.GetProperty("lanes").EnumerateArray(), lane => Assert.True(lane.GetProperty("paused").GetBoolean()));
        Assert.DoesNotContain(Tasks.Script.Runs, run => run.Id == waiting);
        Assert.Equal(1, (await _host.GetAsync($"queues/{queue}")).GetProperty("active").GetInt32());
        Assert.Equal([queue], await PausedAsync());

        Assert.False((await PostAsync($"queues/{queue}/resume")).GetProperty("paused").GetBoolean());

        await Tasks.WaitAsync(waiting, TaskState.Success);
        Assert.Single(Tasks.Script.Runs, run => run.Id == waiting);
    }

    [Fact]
    public async Task Pause_WhileATaskRuns_LetsItEndAndDoesNotRepeatIt()
    {
        var (begun, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        Tasks.Script.Run = async (_, _) =>
        {
            begun.TrySetResult();
            await goOn.Task;
            return "done";
        };
        var id = await Tasks.SendAsync();
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60));

        await PostAsync("queues/default/pause");
        goOn.SetResult();

        await Tasks.WaitAsync(id, TaskState.Success);

        // A paused queue may refuse to have the message settled: it comes again once its lock has ended, and is done already.
        await PostAsync("queues/default/resume");
        Tasks.Time.Advance(TimeSpan.FromMinutes(10));
        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => Tasks.Queues.CountAsync("default"));
        Assert.Single(Tasks.Script.Runs);
    }

    [Fact]
    public async Task Pause_ThenTheHostStartsAnew_StaysPaused()
    {
        using var folder = new TemporaryFolder();
        string id;
        await using (var first = await TaskHost.StartAsync(azurite, folder: folder.Path, functions: [typeof(QueueEndpoints)]))
        {
            using var answer = await first.Http.PostAsync("api/queues/default/pause", null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            id = await first.SendAsync();
        }

        await using var second = await TaskHost.StartAsync(azurite, folder: folder.Path, functions: [typeof(QueueEndpoints)]);
        Assert.Equal(["default"], await second.Queues.ListPausedAsync());
        Assert.Equal(new QueueCounts(1, 0, 0), await second.Queues.CountAsync("default"));
        using var resumed = await second.Http.PostAsync("api/queues/default/resume", null);

        await second.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Pause_OneLaneAlone_IsShownAsThatAndMadeWhole()
    {
        await Tasks.Queues.SetReceivingAsync("email-high", isOpen: false);

        var half = await _host.GetAsync("queues/email");
        Assert.Equal((false, "email-high"), (half.GetProperty("paused").GetBoolean(), Assert.Single(
            half.GetProperty("lanes").EnumerateArray(), lane => lane.GetProperty("paused").GetBoolean()).GetProperty("name").GetString()));
        Assert.Matches(@"(?m)^email .* partly paused$", (await CommandAsync("queues")).Output);

        Assert.True((await PostAsync("queues/email/pause")).GetProperty("paused").GetBoolean());
        Assert.True((await PostAsync("queues/email/pause")).GetProperty("paused").GetBoolean());
    }

    [Fact]
    public async Task Commands_PauseAndResume_SayAndShowIt()
    {
        Assert.Equal("Paused: default", (await CommandAsync("queues", "pause", "DEFAULT")).Output.Trim());
        Assert.Matches(@"(?m)^default .* paused$", (await CommandAsync("queues")).Output);
        Assert.Matches(@"(?m)^default .* paused$", (await CommandAsync("queues", "default")).Output);
        var resumed = JsonDocument.Parse((await CommandAsync("queues", "resume", "default", "--json")).Output).RootElement;
        Assert.False(resumed.GetProperty("paused").GetBoolean());
        Assert.Equal(2, (await CommandAsync("queues", "pause", "mail")).ExitCode);
    }

    [Theory]
    [InlineData("DELETE", "messages")]
    [InlineData("DELETE", "deadletters?all=true")]
    [InlineData("POST", "deadletters/requeue")]
    public async Task Operation_OnAPausedQueue_Answers409AndSaysWhatToDo(string method, string path)
    {
        await PostAsync("queues/default/pause");

        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/queues/default/{path}");
        if (method == "POST") request.Content = JsonContent.Create(new { reason = "Connection" });
        using var response = await Tasks.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.EndsWith("resume it first.", Detail(await response.Content.ReadFromJsonAsync<JsonElement>()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task PauseOrResume_UnknownQueue_Answers404(string action)
    {
        using var response = await Tasks.Http.PostAsync($"api/queues/mail/{action}", null);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.StartsWith(
            "There is no queue 'mail'.", Detail(await response.Content.ReadFromJsonAsync<JsonElement>()), StringComparison.Ordinal);
    }

    private static string? Detail(JsonElement problem) => problem.GetProperty("detail").GetString();

    private async Task<JsonElement> PostAsync(string path)
    {
        using var response = await Tasks.Http.PostAsync($"api/{path}", null);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<IReadOnlyList<string?>> PausedAsync() =>
        [.. (await _host.GetAsync("queues")).GetProperty("queues").EnumerateArray()
            .Where(queue => queue.GetProperty("paused").GetBoolean()).Select(queue => queue.GetProperty("name").GetString())];

    private Task<CommandResult> CommandAsync(params string[] arguments) => InProcess.RunAsync(Tasks.Http.BaseAddress!, arguments);
}
