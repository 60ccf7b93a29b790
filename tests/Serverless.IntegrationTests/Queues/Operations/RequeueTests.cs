using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.DeadLetters.Operations;
using Serverless.Http;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Queues.Operations;

[Collection(TaskTests.Name)]
public sealed class RequeueTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Requeue_ChangedArguments_SucceedsUnderTheFirstId()
    {
        var id = (await _host.FailAsync("wrong"))[0];
        _host.Broken = args => args.Text == "wrong";

        var progress = await _host.RequeueAsync(
            new JsonObject { ["ids"] = new JsonArray(id), ["args"] = new JsonObject { ["text"] = "right" } });

        Assert.Equal(new QueueOperationProgress("done", Requeued: 1), progress);
        var task = await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal((1, 0, "right"), (task.Redrives, task.Attempt, task.Result!.Value.GetString()));
        Assert.Empty(await _host.DeadLettersAsync());
    }

    [Fact]
    public async Task Requeue_ByFilter_BringsBackThoseInTheirOrder()
    {
        var first = await _host.FailAsync("1", "2");
        _host.Tasks.Time.Advance(TimeSpan.FromHours(1));
        var border = _host.Tasks.Time.GetUtcNow();
        var later = await _host.FailAsync("3");
        _host.Tasks.Script.Runs.Clear();
        _host.Broken = _ => false;

        var progress = await _host.RequeueAsync(new JsonObject { ["reason"] = "validation", ["before"] = border });

        Assert.Equal(2, progress.Requeued);
        foreach (var id in first) await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal(first.Order(), _host.Tasks.Script.Runs.Select(r => r.Id).Order());
        Assert.Equal(later, await _host.DeadLettersAsync());
    }

    [Fact]
    public async Task Requeue_FailsAgain_ComesBackOnceAndStaysThen()
    {
        var ids = await _host.FailAsync("1", "2", "3");
        _host.Tasks.Script.Runs.Clear();

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true });

        Assert.Equal(3, progress.Requeued);
        await Eventually.EqualAsync(3, async () => (await _host.DeadLettersAsync()).Count);
        Assert.Equal(ids.Order(), _host.Tasks.Script.Runs.Select(r => r.Id).Order());
        Assert.All(
            (await _host.GetAsync("queues/default/deadletters")).GetProperty("deadLetters")
                .EnumerateArray(), d => Assert.Equal(1, d.GetProperty("redrives").GetInt32()));

        _host.Broken = _ => false;
        Assert.Equal(3, (await _host.RequeueAsync(new JsonObject { ["ids"] = new JsonArray([.. ids]) })).Requeued);
        Assert.Equal(2, (await _host.Tasks.WaitAsync(ids[0], TaskState.Success)).Redrives);
    }

    [Fact]
    public async Task Requeue_ShownAtOnce_WaitsAgain()
    {
        var id = (await _host.FailAsync("1"))[0];
        var released = new TaskCompletionSource();
        _host.Tasks.Script.Run = async (_, _) =>
        {
            await released.Task;
            return "done";
        };

        await _host.RequeueAsync(new JsonObject { ["all"] = true });

        var task = await _host.Tasks.Tasks.GetAsync(id);
        Assert.Contains(task!.State, new[] { TaskState.Pending, TaskState.Started });
        Assert.Equal(1, task.Redrives);
        Assert.Null(task.Ended);
        released.SetResult();
        await _host.Tasks.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Requeue_Canaries_OthersFollowOnceTheyPass()
    {
        var ids = await _host.FailAsync("1", "2", "3", "4");
        _host.Broken = _ => false;

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true, ["canary"] = 2 });

        Assert.Equal(new QueueOperationProgress("done", Requeued: 4, Canaries: 2, Passed: 2), progress);
        foreach (var id in ids) await _host.Tasks.WaitAsync(id, TaskState.Success);
        Assert.Equal(ids.Take(2).Order(), _host.Tasks.Script.Runs.Skip(4).Take(2).Select(r => r.Id).Order());
    }

    [Fact]
    public async Task Requeue_CanaryFails_StopsAndLeavesTheOthers()
    {
        var ids = await _host.FailAsync("1", "2", "3", "4");
        _host.Broken = args => args.Text == "2";
        _host.Tasks.Script.Runs.Clear();

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true, ["canary"] = 2 });

        Assert.Equal(("stopped", 2, 2), (progress.Phase, progress.Requeued, progress.Canaries));
        Assert.Equal($"1 of 2 canaries did not pass, such as task {ids[1]}: '2' is refused.", progress.Stopped);

        // The operation stops at the first that does not pass; the other may still wait then.
        await Eventually.TrueAsync(() => _host.Tasks.Script.Runs.Count >= 2);
        Assert.Equal(ids.Take(2).Order(), _host.Tasks.Script.Runs.Select(r => r.Id).Order());
        Assert.Equal(ids.Skip(1).Order(), (await _host.DeadLettersAsync()).Order());
    }

    [Fact]
    public async Task Requeue_SuspendedResumedCancelled_FollowsItsEndpoints()
    {
        var ids = await _host.FailAsync("1", "2", "3");
        var goOn = new TaskCompletionSource();
        _host.Tasks.Script.Run = async (_, _) =>
        {
            await goOn.Task;
            return null;
        };
        using var response = await _host.Tasks.Http.PostAsJsonAsync(
            "api/queues/default/deadletters/requeue", new { all = true, canary = 1 });
        var operation = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString()!;
        await Eventually.TrueAsync(async () => (await _host.DeadLettersAsync()).Count == 2);
        await StandsAsync(operation, "running");

        await SendAsync(HttpMethod.Post, operation + "/suspend", HttpStatusCode.Accepted);
        await StandsAsync(operation, "suspended");

        // What has come meanwhile waits: the canary ends well, and the others are not touched.
        // The clock stands until the canary has ended, or it would time out. Then it goes on for longer than
        // the task's own time to live and the canaries' time.
        goOn.SetResult();
        await _host.Tasks.WaitAsync(ids[0], TaskState.Success);
        await _host.Tasks.SettledAsync();
        _host.Tasks.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("suspended", (await _host.Tasks.Http.GetFromJsonAsync<JsonElement>(operation)).GetProperty("status").GetString());
        Assert.Equal(2, (await _host.DeadLettersAsync()).Count);

        await SendAsync(HttpMethod.Post, operation + "/resume", HttpStatusCode.Accepted);
        await Eventually.TrueAsync(async () =>
        {
            _host.Tasks.Time.Advance(TimeSpan.FromMilliseconds(500));
            return (await _host.DeadLettersAsync()).Count == 0;
        });
        await Eventually.TrueAsync(async () =>
        {
            _host.Tasks.Time.Advance(TimeSpan.FromMilliseconds(500));
            return (await _host.Tasks.Http.GetFromJsonAsync<JsonElement>(operation)).GetProperty("status").GetString() == "completed";
        });
        foreach (var verb in (string[])["/suspend", "/resume"])
            await SendAsync(HttpMethod.Post, operation + verb, HttpStatusCode.Conflict);
        await SendAsync(HttpMethod.Delete, operation, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Requeue_Cancelled_LeavesWhatItHadNotReached()
    {
        await _host.FailAsync("1", "2", "3");
        _host.Tasks.Script.Run = (_, _) => Task.FromResult<object?>(null);
        using var response = await _host.Tasks.Http.PostAsJsonAsync(
            "api/queues/default/deadletters/requeue", new { all = true, canary = 1 });
        var operation = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString()!;
        await Eventually.TrueAsync(async () => (await _host.DeadLettersAsync()).Count == 2);

        await SendAsync(HttpMethod.Delete, operation, HttpStatusCode.Accepted);

        await StandsAsync(operation, "terminated");
        _host.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await _host.DeadLettersAsync()).Count);
    }

    private async Task SendAsync(HttpMethod method, string address, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, address);
        using var response = await _host.Tasks.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
    }

    private Task StandsAsync(string operation, string state) => Eventually.EqualAsync(
        state, async () => (await _host.Tasks.Http.GetFromJsonAsync<JsonElement>(operation)).GetProperty("status").GetString());

    [Fact]
    public async Task Requeue_CanaryOfATaskWithoutState_IsWatchedAllTheSame()
    {
        var id = await _host.Tasks.SendAsync(new ScriptArgs("1"), new SendOptions { IgnoreResult = true });
        await _host.Tasks.DeadLetterAsync(id);
        _host.Broken = _ => false;

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true, ["canary"] = 1 });

        Assert.Equal(new QueueOperationProgress("done", Requeued: 1, Canaries: 1, Passed: 1), progress);
    }

    [Fact]
    public async Task Requeue_ArgumentsInABlob_RunWithThem()
    {
        var text = new string('x', 100_000);
        var id = (await _host.FailAsync(text))[0];
        _host.Broken = _ => false;

        await _host.RequeueAsync(new JsonObject { ["ids"] = new JsonArray(id) });

        Assert.Equal(text.Length, (await _host.Tasks.WaitAsync(id, TaskState.Success)).Result!.Value.GetString()!.Length);
    }

    [Fact]
    public async Task Requeue_TenantTask_KeepsItsSession()
    {
        var id = await _host.Tasks.SendAsync(new ScriptArgs("1", Tenant: "acme"), task: "tenant_test.script");
        await _host.Tasks.DeadLetterAsync(id, "tenants");
        _host.Broken = _ => false;

        Assert.Equal(1, (await _host.RequeueAsync(new JsonObject { ["task"] = "tenant_*" }, "tenants")).Requeued);

        Assert.Equal("acme", (await _host.Tasks.WaitAsync(id, TaskState.Success)).Tenant);
    }

    [Fact]
    public async Task Requeue_MessageThatIsNoTask_ComesBackWithItsBody()
    {
        await using var receiver = _host.Tasks.Services.GetRequiredService<ServiceBusClient>().CreateReceiver("incoming");
        await _host.Tasks.Sender.SendAsync(
            "incoming",
            [new OutgoingMessage(
                "event-1", BinaryData.FromString("[1]")) { Properties = new Dictionary<string, object> { ["kept"] = "yes" } }]);
        for (var redrive = 1; redrive <= 2; redrive++)
        {
            await receiver.DeadLetterMessageAsync(await receiver.ReceiveMessageAsync(), "Test", "for the test");
            Assert.Equal("event-1", redrive == 1 ? (await _host.DeadLettersAsync(queue: "incoming"))[0] : "event-1");

            Assert.Equal(1, (await _host.RequeueAsync(new JsonObject { ["all"] = true }, "incoming")).Requeued);

            var back = Assert.Single(await _host.Tasks.Queues.PeekAsync("incoming", deadLetters: false, 0, 10));
            Assert.Equal(
                ("[1]", "yes", redrive, null),
                (back.Body.ToString(), back.ApplicationProperties["kept"], (int)back.ApplicationProperties["Redrives"],
                    back.DeadLetterReason));
        }
    }

    [Fact]
    public async Task Requeue_LateCopyOfTheSameRedrive_RunsOnce()
    {
        var id = (await _host.FailAsync("1"))[0];
        var deadLetter = await _host.Tasks.DeadLetterAsync(id);
        _host.Broken = _ => false;
        await _host.RequeueAsync(new JsonObject { ["all"] = true });
        await _host.Tasks.WaitAsync(id, TaskState.Success);
        var runs = _host.Tasks.Script.Runs.Count;

        // What a crash between sending and deleting leaves, after the duplicate detection has forgotten the first copy.
        Assert.True(TaskEnvelope.TryRead(deadLetter.Body, out var task, out _));
        var copy = new OutgoingMessage(
            "late", BinaryData.FromObjectAsJson(task with { Redrives = 1 }, AppJson.Options))
        { CorrelationId = id };
        await _host.Tasks.Sender.SendAsync("default", [copy]);
        await _host.Tasks.IdleAsync();

        Assert.Equal(runs, _host.Tasks.Script.Runs.Count);
        Assert.Equal(TaskState.Success, (await _host.Tasks.Tasks.GetAsync(id))!.State);
    }
}
