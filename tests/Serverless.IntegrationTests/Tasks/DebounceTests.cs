using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

[Collection(TaskTests.Name)]
public sealed class DebounceTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly string _key = Guid.NewGuid().ToString("N");
    private readonly BrokenLanes _broken = new();
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(azurite, services =>
        services.AddSingleton<IQueueSender>(p => new BrokenSender(p.GetRequiredService<ServiceBusClient>(), _broken)));

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task Send_Debounced_RunsTheLastAlone()
    {
        var options = new SendOptions { Debounce = new DebounceRule(_key, TimeSpan.FromSeconds(30)) };
        var ids = new List<string>();
        foreach (var text in new[] { "1", "2", "3" })
        {
            ids.Add(await _host.SendAsync(new ScriptArgs(text), options));
            _host.Time.Advance(TimeSpan.FromSeconds(10));
        }

        _host.Time.Advance(TimeSpan.FromSeconds(30));

        await _host.WaitAsync(ids[2], TaskState.Success);
        foreach (var id in ids[..2])
        {
            var revoked = await _host.WaitAsync(id, TaskState.Revoked);
            Assert.Equal($"Task {ids[2]} of the same key came after it.", revoked.Error!.Message);
        }

        Assert.Equal("3", Assert.Single(_host.Script.Runs).Args.Text);
        ids.Add(await _host.SendAsync(new ScriptArgs("4"), options));
        _host.Time.Advance(TimeSpan.FromSeconds(31));
        await _host.WaitAsync(ids[3], TaskState.Success);
    }

    [Fact]
    public async Task SendBatch_ManyOfOneKeyInOneMoment_RunsTheLastAlone()
    {
        var options = new SendOptions { Debounce = new DebounceRule(_key, TimeSpan.FromSeconds(30)) };
        var sent = await _host.Tasks.SendBatchAsync(
            [.. Enumerable.Range(0, 50).Select(i => new TaskRequest(
                "test.script", JsonSerializer.SerializeToElement(new ScriptArgs($"{i}"), JsonSerializerOptions.Web), options))]);

        _host.Time.Advance(TimeSpan.FromSeconds(31));

        await _host.WaitAsync(sent[^1].Id!, TaskState.Success);
        foreach (var other in sent.SkipLast(1)) await _host.WaitAsync(other.Id!, TaskState.Revoked);
        Assert.Equal("49", Assert.Single(_host.Script.Runs).Args.Text);
    }

    [Fact]
    public async Task Send_DebouncedOnTwoInstancesAtOnce_RunsOneAloneAndTheLastWins()
    {
        await using var other = await TaskHost.StartAsync(azurite, time: _host.Time, bus: _host.Bus);
        var options = new SendOptions { Debounce = new DebounceRule(_key, TimeSpan.FromSeconds(30)) };
        var early = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            i => (i % 2 == 0 ? _host : other).SendAsync(new ScriptArgs($"{i}"), options)));
        _host.Time.Advance(TimeSpan.FromSeconds(5));
        var last = await other.SendAsync(new ScriptArgs("last"), options);
        _host.Time.Advance(TimeSpan.FromSeconds(31));

        await _host.WaitAsync(last, TaskState.Success);
        foreach (var id in early) await _host.WaitAsync(id, TaskState.Revoked);
        Assert.Equal("last", Assert.Single(_host.Script.Runs.Concat(other.Script.Runs)).Args.Text);
    }

    [Fact]
    public async Task Send_DebouncedAndItsSenderDied_RunsRatherTwiceThanNever()
    {
        var options = new SendOptions { Debounce = new DebounceRule(_key, TimeSpan.FromSeconds(30)) };
        var first = await _host.SendAsync(new ScriptArgs("1"), options);
        _host.Time.Advance(TimeSpan.FromSeconds(10));
        _broken.Lane = "default";
        await Assert.ThrowsAsync<ServiceBusException>(() => _host.SendAsync(new ScriptArgs("2"), options));
        _broken.Lane = null;

        _host.Time.Advance(TimeSpan.FromSeconds(30));

        await _host.WaitAsync(first, TaskState.Success);
    }
}
