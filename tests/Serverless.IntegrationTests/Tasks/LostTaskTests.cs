using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Tasks whose messages are gone, and others that only look so.</summary>
[Collection(TaskTests.Name)]
public sealed class LostTaskTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Sweep_TaskWithoutMessage_FailsAndSaysSo()
    {
        var message = await SendRowOnlyAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(5));
        await SweepAsync();
        Assert.Equal(TaskState.Pending, (await _host.Tasks.GetAsync(message.Id))!.State);

        _host.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.InRange(await SweepAsync(), 1, int.MaxValue);

        var record = (await _host.Tasks.GetAsync(message.Id))!;
        Assert.Equal(TaskState.Failure, record.State);
        Assert.Contains("send it again", record.Error!.Message, StringComparison.Ordinal);
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task Sweep_TaskWhoseTurnHasNotCome_Waits()
    {
        var blocked = await _host.SendAsync(new ScriptArgs(), new SendOptions { Countdown = TimeSpan.FromHours(1) });
        var scheduled = await SendRowOnlyAsync(due: _host.Time.GetUtcNow() + TimeSpan.FromHours(1));
        _host.Time.Advance(TimeSpan.FromMinutes(30));

        await SweepAsync();

        Assert.Equal(TaskState.Pending, (await _host.Tasks.GetAsync(blocked))!.State);
        Assert.Equal(TaskState.Pending, (await _host.Tasks.GetAsync(scheduled.Id))!.State);
    }

    [Fact]
    public async Task Sweep_MessageThatComesAfterAll_RunsAndItsEndStays()
    {
        var message = await SendRowOnlyAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync();

        var queue = _host.Services.GetRequiredService<QueueCatalog>().Find("default");
        await _host.Sender.SendAsync("default", [TaskEnvelope.Write(message with { Resent = true }, queue)], CancellationToken.None);

        var record = await _host.WaitAsync(message.Id, TaskState.Success);
        Assert.Null(record.Error);
        Assert.Equal(0, await SweepAsync());
        Assert.Equal(TaskState.Success, (await _host.Tasks.GetAsync(message.Id))!.State);
    }

    [Fact]
    public async Task Send_IdOfALostTask_IsSentAgain()
    {
        var id = $"lost-{Guid.NewGuid():N}";
        var args = JsonSerializer.SerializeToElement(new { a = 1, b = 2 });
        var message = Message(id, args);
        await _host.Services.GetRequiredService<ChosenTaskIds>()
            .TryGiveAsync(message, "default", null, new RequestFingerprint().ToString(), CancellationToken.None);
        _host.Time.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync();

        await _host.Tasks.SendAsync("demo.add", args, new SendOptions { TaskId = id });

        await _host.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Sweep_StartedTaskThatTheBrokerDeadLettered_FailsAndSaysWhy()
    {
        await _host.DisposeAsync();
        _host = await TaskHost.StartAsync(azurite, services => services.AddSingleton<IQueueSender, SenderWithoutSchedules>());
        var id = $"buried-{Guid.NewGuid():N}";
        _host.Script.Run = async (_, _) =>
        {
            await ShowStartedAsync(id);
            throw new InvalidOperationException("The retry cannot be sent, so that the message comes again.");
        };
        await _host.SendAsync(options: new SendOptions { TaskId = id });
        var letter = await _host.DeadLetterAsync(id);
        Assert.Equal("MaxDeliveryCountExceeded", letter.DeadLetterReason);
        Assert.Equal(TaskState.Started, (await _host.Tasks.GetAsync(id))!.State);

        _host.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.InRange(await SweepAsync(), 1, int.MaxValue);

        var record = (await _host.Tasks.GetAsync(id))!;
        Assert.Equal(TaskState.Failure, record.State);
        Assert.Contains($"begun {letter.DeliveryCount} times", record.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("dead letters of default", record.Error.Message, StringComparison.Ordinal);
        Assert.NotNull(record.Ended);
    }

    [Fact]
    public async Task Sweep_LongTaskAtWork_IsLeftAlone()
    {
        var goOn = new TaskCompletionSource();
        var started = new TaskCompletionSource();
        _host.Script.Run = async (_, _) =>
        {
            started.TrySetResult();
            await goOn.Task;
            return "done";
        };
        var id = await _host.Tasks.SendAsync("test.long", new { });
        await started.Task;
        await ShowStartedAsync(id);
        await _host.IdleAsync();
        _host.Time.Advance(TimeSpan.FromMinutes(11));

        await SweepAsync();

        Assert.Equal(TaskState.Started, (await _host.Tasks.GetAsync(id))!.State);
        goOn.SetResult();
        await _host.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Sweep_LongTaskThatWasTerminatedFromOutside_Fails()
    {
        var message = await SendRowOnlyAsync();
        var start = _host.Store.MarkStartedAsync(new TaskRun(message, "default", isFirst: false, _host.Time.GetUtcNow()));
        await ShowStartedAsync(message.Id);
        await start;
        var instance = LongTask.BuildInstanceId(message);
        await _host.Durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(LongTask), new LongTask.Run("default", message),
            new StartOrchestrationOptions(instance, _host.Time.GetUtcNow() + TimeSpan.FromHours(1)));
        _host.Time.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync();
        Assert.Equal(TaskState.Started, (await _host.Tasks.GetAsync(message.Id))!.State);

        await _host.Durable.TerminateInstanceAsync(instance);
        await Eventually.TrueAsync(async () => (await _host.Durable.GetInstanceAsync(instance))!.IsCompleted);
        await SweepAsync();

        var record = (await _host.Tasks.GetAsync(message.Id))!;
        Assert.Equal((TaskState.Failure, "Its run was ended from outside; send it again."), (record.State, record.Error!.Message));
    }

    // A start is stored once the run has taken a second.
    private Task<TaskRecord> ShowStartedAsync(string id)
    {
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        return _host.WaitAsync(id, TaskState.Started);
    }

    private Task<int> SweepAsync() => _host.Services.GetRequiredService<LostTasks>().SweepAsync(
        _host.Durable, CancellationToken.None);

    private async Task<TaskMessage> SendRowOnlyAsync(DateTimeOffset? due = null)
    {
        var message = Message(Guid.NewGuid().ToString("N"), JsonSerializer.SerializeToElement(new { a = 1, b = 2 }));
        await _host.Store.MarkSentAsync(message, "default", due);
        return message;
    }

    private TaskMessage Message(string id, JsonElement args) => new()
    {
        Id = id,
        Task = "demo.add",
        Args = args,
        Enqueued = _host.Time.GetUtcNow(),
        ResultTtlSeconds = 3600,
    };
}
