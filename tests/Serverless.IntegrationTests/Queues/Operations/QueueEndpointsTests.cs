using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues.Operations;

[Collection(TaskTests.Name)]
public sealed class QueueEndpointsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly SendOptions InAnHour = new() { Queue = "email", Countdown = TimeSpan.FromHours(1) };

    private OperationHost _host = null!;

    public async Task InitializeAsync() => _host = await OperationHost.StartAsync(azurite);

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Fact]
    public async Task List_EveryQueue_HasItsCounts()
    {
        await _host.FailAsync("1");
        await _host.Tasks.SendAsync(options: InAnHour);
        await _host.Tasks.SendAsync(options: InAnHour with { Priority = 10 });

        var queues = (await _host.GetAsync("queues")).GetProperty("queues").EnumerateArray()
            .ToDictionary(q => q.GetProperty("name").GetString()!);

        Assert.Equal(QueueCatalog.Load().Entries.Select(e => e.Name), queues.Keys);
        Assert.Equal((0, 0, 1), Counts(queues["default"]));
        Assert.Equal((0, 2, 0), Counts(queues["email"]));
        Assert.Equal(
            [("email", (0, 1, 0)), ("email-high", (0, 1, 0))], queues["email"].GetProperty("lanes").EnumerateArray()
                .Select(l => (l.GetProperty("name").GetString()!, Counts(l))));
        Assert.Equal((0, 2, 0), Counts(await _host.GetAsync("queues/EMAIL")));
    }

    [Fact]
    public async Task List_AfterRuns_HasTheirRateAndMean()
    {
        // The tables are shared: at this time, nobody else runs anything.
        await using var host = await OperationHost.StartAsync(
            azurite, time: new FakeTimeProvider(new DateTimeOffset(2026, 3, 5, 12, 0, 0, TimeSpan.Zero)));
        host.Tasks.Script.Run = (_, _) =>
        {
            host.Tasks.Time.Advance(TimeSpan.FromSeconds(2));
            return Task.FromResult<object?>(null);
        };
        for (var i = 0; i < 3; i++) await host.Tasks.WaitAsync(await host.Tasks.SendAsync(), TaskState.Success);
        await host.Tasks.IdleAsync();

        JsonElement queue = default;
        await Eventually.TrueAsync(async () =>
        {
            host.Tasks.Time.Advance(TimeSpan.FromSeconds(1));
            queue = await host.GetAsync("queues/default");
            return queue.GetProperty("runsPerMinute").GetDouble() > 0.19;
        });

        Assert.Equal((0.2, 2000), (queue.GetProperty("runsPerMinute").GetDouble(), queue.GetProperty("meanMs").GetDouble()));
        Assert.Equal(0, (await host.GetAsync("queues/email")).GetProperty("runsPerMinute").GetDouble());
    }

    [Fact]
    public async Task List_WhatWaitsAndRuns_HasItsAgeAndNumber()
    {
        await using var host = await OperationHost.StartAsync(
            azurite, time: new FakeTimeProvider(new DateTimeOffset(2026, 4, 5, 12, 0, 0, TimeSpan.Zero)));
        var (sent, ends) = (host.Tasks.Time.GetUtcNow(), new TaskCompletionSource<object?>());
        host.Tasks.Script.Run = (_, _) => ends.Task;
        await host.Tasks.SendAsync();
        await host.Tasks.Sender.SendAsync("incoming", [new OutgoingMessage("waits", BinaryData.FromString("{}"))]);

        // Instances tell each second what they run.
        JsonElement queue = default;
        await Eventually.TrueAsync(async () =>
        {
            host.Tasks.Time.Advance(TimeSpan.FromSeconds(1));
            queue = await host.GetAsync("queues/default");
            return queue.GetProperty("running").GetInt32() > 0;
        });
        var waiting = (await host.GetAsync("queues")).GetProperty("queues").EnumerateArray()
            .Single(q => q.GetProperty("name").GetString() == "incoming");
        ends.SetResult(null);

        Assert.Equal(sent, queue.GetProperty("oldest").GetDateTimeOffset());
        Assert.Equal((0, sent), (waiting.GetProperty("running").GetInt32(), waiting.GetProperty("oldest").GetDateTimeOffset()));
        Assert.False((await host.GetAsync("queues/media")).TryGetProperty("oldest", out _));
    }

    [Fact]
    public async Task Peek_Pages_ShowMessagesOfAllLanes()
    {
        var low = await _host.Tasks.SendAsync(options: InAnHour);
        var high = await _host.Tasks.SendAsync(options: InAnHour with { Priority = 10 });

        var first = await _host.GetAsync("queues/email/messages?size=1");
        var second = await _host.GetAsync($"queues/email/messages?size=10&after={first.GetProperty("next").GetString()}");

        var messages = first.GetProperty("messages").EnumerateArray().Concat(second.GetProperty("messages").EnumerateArray()).ToList();
        Assert.Equal(
            [(low, "email"), (high, "email-high")], messages.Select(
                m => (m.GetProperty("id").GetString(), m.GetProperty("lane").GetString())));
        Assert.All(
            messages, m => Assert.Equal(
                ("test.script", "scheduled"), (m.GetProperty("task").GetString(), m.GetProperty("state").GetString())));
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task Purge_WaitingMessages_DeletesThemAndNothingElse()
    {
        await _host.FailAsync("1");
        for (var i = 0; i < 5; i++)
            await _host.Tasks.Sender.SendAsync("incoming", [new OutgoingMessage($"{i}", BinaryData.FromString("{}"))]);

        Assert.Equal(new QueueOperationProgress("done", Deleted: 5), await _host.DeleteAsync("queues/incoming/messages"));

        Assert.Equal(new QueueCounts(0, 0, 0), await _host.Tasks.Queues.CountAsync("incoming"));
        Assert.Equal(new QueueCounts(0, 0, 1), await _host.Tasks.Queues.CountAsync("default"));
    }

    [Theory]
    [InlineData("GET", "queues/mail")]
    [InlineData("GET", "queues/mail/messages")]
    [InlineData("DELETE", "queues/mail/messages")]
    [InlineData("DELETE", "queues/mail/deadletters?all=true")]
    public async Task AnyRequest_UnknownQueue_Answers404AndNamesTheKnown(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"api/{path}");
        using var response = await _host.Tasks.Http.SendAsync(request);

        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.StartsWith(
            "There is no queue 'mail'. There are: default, email,", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static (int Active, int Scheduled, int DeadLettered) Counts(JsonElement queue) =>
        (queue.GetProperty("active").GetInt32(), queue.GetProperty("scheduled").GetInt32(), queue.GetProperty("deadLettered").GetInt32());
}
