using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks;
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
        await _host.Store.TrySentAsync(message, "default", null, new RequestFingerprint().ToString(), CancellationToken.None);
        _host.Time.Advance(TimeSpan.FromMinutes(11));
        await SweepAsync();

        await _host.Tasks.SendAsync("demo.add", args, new SendOptions { TaskId = id });

        await _host.WaitAsync(id, TaskState.Success);
    }

    private Task<int> SweepAsync() => _host.Services.GetRequiredService<LostTasks>().SweepAsync(CancellationToken.None);

    private async Task<TaskMessage> SendRowOnlyAsync(DateTimeOffset? due = null)
    {
        var message = Message(Guid.NewGuid().ToString("N"), JsonSerializer.SerializeToElement(new { a = 1, b = 2 }));
        await _host.Store.SentAsync(message, "default", due);
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
