using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Serverless.Resilience;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Tasks run, and end as they should.</summary>
[Collection(TaskTests.Name)]
public sealed class RunTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Run_States_FollowEachOther()
    {
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _host.Script.Run = async (_, context) =>
        {
            if (context.Attempt == 0) throw new InvalidOperationException("once");
            started.SetResult();
            await goOn.Task;
            return "done";
        };
        var sent = _host.Time.GetUtcNow();

        var id = await _host.SendAsync();
        var retry = await _host.WaitAsync(id, TaskState.Retry);
        Assert.Equal((1, "once", ErrorClass.Other), (retry.Attempt, retry.Error!.Message, retry.Error.Class));
        Assert.Equal(TimeSpan.FromSeconds(60), await _host.RetryAsync(id, 1));
        var retried = _host.Time.GetUtcNow();
        await started.Task;
        Assert.Equal(TaskState.Retry, (await _host.Tasks.GetAsync(id))!.State);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        var running = await _host.WaitAsync(id, TaskState.Started);
        Assert.Equal((1, sent, retried), (running.Attempt, running.Enqueued, running.Started));
        _host.Time.Advance(TimeSpan.FromSeconds(4));
        goOn.SetResult();

        var done = await _host.WaitAsync(id, TaskState.Success);
        Assert.Equal((retried.AddSeconds(5), retried.AddSeconds(5).AddHours(1), null), (done.Ended, done.Forgotten, done.Error));
    }

    [Fact]
    public async Task Report_ManyInASecond_StoresOneAndTheLast()
    {
        var goOn = new TaskCompletionSource();
        _host.Script.Run = async (_, context) =>
        {
            for (var i = 1; i <= 1000; i++) await context.ReportAsync(i, 2000, $"row {i}");
            await goOn.Task;
            await context.ReportAsync(1500, 2000, "almost");
            await context.ReportAsync(2000, 2000, "all");
            return null;
        };

        var id = await _host.SendAsync();
        Assert.Equal(new TaskProgress(1, 2000, "row 1"), (await _host.WaitAsync(id, TaskState.Progress)).Progress);
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        goOn.SetResult();

        Assert.Equal(new TaskProgress(2000, 2000, "all"), (await _host.WaitAsync(id, TaskState.Success)).Progress);
    }

    [Fact]
    public async Task Revoke_BeforeItStarts_NeverRuns()
    {
        var id = await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) });

        Assert.True(await _host.Tasks.RevokeAsync(id));
        Assert.Equal(TaskState.Revoked, (await _host.Tasks.GetAsync(id))!.State);
        _host.Time.Advance(TimeSpan.FromHours(1));
        await _host.IdleAsync();

        Assert.Empty(_host.Script.Runs);
        Assert.Equal("Revoked before it ran.", (await _host.WaitAsync(id, TaskState.Revoked)).Error!.Message);
        Assert.False(await _host.Tasks.RevokeAsync(id));
    }

    [Theory]
    [InlineData("test.script")]
    [InlineData("test.long")]
    public async Task Revoke_WhileItRuns_CancelsIt(string task)
    {
        var started = new TaskCompletionSource();
        _host.Script.Run = async (_, context) =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await _host.SendAsync(task: task);
        await started.Task;

        Assert.True(await _host.Tasks.RevokeAsync(id));

        Assert.Equal("Revoked while it ran.", (await _host.WaitAsync(id, TaskState.Revoked)).Error!.Message);
        await _host.IdleAsync();
        Assert.Empty(await _host.Queues.PeekAsync("default", deadLetters: true, 0, 10));
    }

    [Fact]
    public async Task Revoke_HandlerTurnsItIntoAnotherError_IsRevokedAllTheSame()
    {
        var started = new TaskCompletionSource();
        _host.Script.Run = async (_, context) =>
        {
            started.TrySetResult();
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException("broken off", e);
            }

            return null;
        };
        var id = await _host.SendAsync();
        await started.Task;

        await _host.Tasks.RevokeAsync(id);

        await _host.WaitAsync(id, TaskState.Revoked);
        await _host.IdleAsync();
        Assert.Single(_host.Script.Runs);
    }

    [Fact]
    public async Task LongTask_Running_HoldsNoMessage()
    {
        var (started, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        _host.Script.Run = async (_, _) =>
        {
            started.TrySetResult();
            await goOn.Task;
            return "done";
        };

        var id = await _host.SendAsync(task: "test.long");
        await started.Task;
        await _host.IdleAsync();
        _host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TaskState.Started, (await _host.WaitAsync(id, TaskState.Started)).State);
        goOn.SetResult();

        Assert.Equal("done", (await _host.WaitAsync(id, TaskState.Success)).Result!.Value.GetString());
    }

    [Fact]
    public async Task LongTask_Fails_IsRetriedAndLandsAmongTheDeadLetters()
    {
        _host.Script.Run = (_, _) => throw new InvalidOperationException("no");

        var id = await _host.SendAsync(task: "test.long", options: new SendOptions { MaxRetries = 1 });
        await _host.RetryAsync(id, 1);

        var deadLetter = await _host.DeadLetterAsync(id);
        Assert.Equal(
            ("Other", "no", 1),
            (deadLetter.DeadLetterReason, deadLetter.DeadLetterErrorDescription, deadLetter.ApplicationProperties["Attempt"]));
        await _host.WaitAsync(id, TaskState.Failure);
        Assert.Equal(2, _host.Script.Runs.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Message_DeliveredAgainAfterItsEnd_IsSettledWithoutRunning(bool fails)
    {
        if (fails) _host.Script.Run = (_, _) => throw new TaskValidationException("no");
        var id = await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) });
        var body = Assert.Single(await _host.Queues.PeekAsync("default", deadLetters: false, 0, 10)).Body;
        _host.Time.Advance(TimeSpan.FromHours(1));
        await _host.WaitAsync(id, fails ? TaskState.Failure : TaskState.Success);
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(body: body, messageId: "again", deliveryCount: 2);
        var actions = new Mock<ServiceBusMessageActions>();

        await _host.Services.GetRequiredService<TaskRunner>().RunAsync("default", message, actions.Object, null!, CancellationToken.None);

        Assert.Single(_host.Script.Runs);
        actions.Verify(a => a.CompleteMessageAsync(message, It.IsAny<CancellationToken>()), fails ? Times.Never() : Times.Once());
        actions.Verify(
            a => a.DeadLetterMessageAsync(
                message, It.IsAny<Dictionary<string, object>>(), "Validation", "no", It.IsAny<CancellationToken>()), fails
                    ? Times.Once() : Times.Never());
    }

    [Fact]
    public async Task Message_DeliveredAgainAfterItsRetryWasScheduled_IsSettledWithoutRunning()
    {
        _host.Script.Run = (_, _) => throw new InvalidOperationException("no");
        var id = await _host.SendAsync(options: new SendOptions { Countdown = TimeSpan.FromHours(1) });
        var body = Assert.Single(await _host.Queues.PeekAsync("default", deadLetters: false, 0, 10)).Body;
        _host.Time.Advance(TimeSpan.FromHours(1));
        await _host.WaitAsync(id, TaskState.Retry);
        var message = ServiceBusModelFactory.ServiceBusReceivedMessage(body: body, messageId: "again", deliveryCount: 2);
        var actions = new Mock<ServiceBusMessageActions>();

        await _host.Services.GetRequiredService<TaskRunner>().RunAsync("default", message, actions.Object, null!, CancellationToken.None);

        Assert.Single(_host.Script.Runs);
        actions.Verify(a => a.CompleteMessageAsync(message, It.IsAny<CancellationToken>()), Times.Once());
        Assert.Equal(1, (await _host.Queues.CountAsync("default")).Scheduled);
    }

    [Theory]
    [InlineData("no JSON", "Unreadable", "The message is no task")]
    [InlineData("""{"v":9,"id":"1","task":"demo.add","enqueued":"2026-01-31T12:00:00Z"}""", "Unreadable", "version 9")]
    [InlineData("""{"v":1,"id":"unknown-task","task":"no.such","enqueued":"2026-01-31T12:00:00Z"}""", "UnknownTask",
        "no handler for the task 'no.such'")]
    public async Task Message_CannotBeRun_IsDeadLetteredAtOnce(string body, string reason, string description)
    {
        await _host.Sender.SendAsync("email", [new(Guid.NewGuid().ToString(), BinaryData.FromString(body))]);

        await Eventually.TrueAsync(async () => (await _host.Queues.CountAsync("email")).DeadLettered == 1);

        var deadLetter = Assert.Single(await _host.Queues.PeekAsync("email", deadLetters: true, 0, 10));
        Assert.Equal((reason, 1), (deadLetter.DeadLetterReason, deadLetter.DeliveryCount));
        Assert.Contains(description, deadLetter.DeadLetterErrorDescription, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("test.script")]
    [InlineData("test.long")]
    public async Task Stop_TaskStillRuns_SaysThatItRunsAgain(string task)
    {
        var host = await TaskHost.StartAsync(azurite, drain: TimeSpan.FromSeconds(2));
        var started = new TaskCompletionSource();
        await host.WaitAsync(await host.SendAsync(), TaskState.Success);
        host.Script.Run = async (_, context) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.CancellationToken);
            return null;
        };
        var id = await host.SendAsync(task: task);
        await started.Task;

        await host.DisposeAsync();

        var said = host.Logs.Lines.Where(line => line.Message.Contains("runs again at the next start", StringComparison.Ordinal))
            .Select(line => line.Message).ToList();
        Assert.Contains(id, Assert.Single(said), StringComparison.Ordinal);
    }
}
