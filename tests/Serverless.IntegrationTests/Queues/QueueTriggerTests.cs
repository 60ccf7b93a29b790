using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Runtime.Queues;
using Serverless.Local.Sqlite;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class QueueTriggerTests : IDisposable
{
    private static readonly string[] _queues = ["message", "text", "bytes", "binary", "json"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Payloads_EveryType_IsBound()
    {
        await using var host = await StartAsync(typeof(Payloads), settings: new() { ["BinaryQueue"] = "binary" });
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        foreach (var queue in _queues) await SendAsync(broker, queue, """{"name":"x","count":2}""");

        var seen = host.Host.Services.GetRequiredService<Seen>();
        await Eventually.TrueAsync(() => seen.Count == 5);
        Assert.Equal(
            ["binary:22", "bytes:22", "json:x2 True", "message:1 True json", "text:{\"name\":\"x\",\"count\":2}"],
            seen.Order(StringComparer.Ordinal));
        foreach (var queue in _queues)
        {
            await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => broker.CountAsync(queue));
        }
    }

    [Fact]
    public async Task Failure_OfTheFunction_IsLoggedAndEndsInTheDeadLetters()
    {
        await using var host = await StartAsync(typeof(Failing));
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        await SendAsync(broker, "text", "a");

        await Eventually.EqualAsync(new QueueCounts(0, 0, 1), () => broker.CountAsync("text"));
        Assert.Equal(3, host.Logs.Lines.Count(l => l.Category == "Function.FailingText" && l.Exception is InvalidOperationException));
    }

    [Fact]
    public async Task Body_ThatIsNotTheJson_EndsInTheDeadLetters()
    {
        await using var host = await StartAsync(typeof(Payloads), settings: new() { ["BinaryQueue"] = "binary" });
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        await SendAsync(broker, "json", "not json");

        await Eventually.EqualAsync(new QueueCounts(0, 0, 1), () => broker.CountAsync("json"));
    }

    [Theory]
    [InlineData("""{"extensions":{"serviceBus":{"autoCompleteMessages":false}}}""", 1)]
    [InlineData("{}", 0)]
    public async Task AutoComplete_AsHostJsonSays(string hostJson, int left)
    {
        await using var host = await StartAsync(typeof(Text), hostJson: hostJson);
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        await SendAsync(broker, "text", "a");

        await Eventually.TrueAsync(() => host.Host.Services.GetRequiredService<Seen>().Count == 1);
        await host.Host.StopAsync();
        await using var store = SqliteStore.Open(Path.Combine(_folder.Path, "host.db"));
        Assert.Equal(left, store.Read(s => s.Number("SELECT COUNT(*) FROM queue_messages")));
    }

    [Fact]
    public async Task AutoComplete_TheTriggersOwnWord_WinsOverHostJson()
    {
        await using var host = await StartAsync(
            typeof(Completing), hostJson: """{"extensions":{"serviceBus":{"autoCompleteMessages":false}}}""");
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        await SendAsync(broker, "text", "a");

        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => broker.CountAsync("text"));
    }

    [Fact]
    public async Task Sessions_WithState_CountInOrder()
    {
        await using var host = await StartAsync(typeof(Sessions));
        var broker = host.Host.Services.GetRequiredService<QueueBroker>();

        await broker.SendAsync(
            "tenants", Enumerable.Range(0, 5).Select(_ => new QueueMessage(BinaryData.FromString("x")) { SessionId = "s1" }));

        var seen = host.Host.Services.GetRequiredService<Seen>();
        await Eventually.TrueAsync(() => seen.Count == 5);
        Assert.Equal(["s1:1", "s1:2", "s1:3", "s1:4", "s1:5"], seen);
    }

    [Fact]
    public async Task StartAsync_TriggersThatCannotRun_AreAllReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Wrong)));

        Assert.Contains("there is no queue 'nowhere'", e.Message, StringComparison.Ordinal);
        Assert.Contains("the queue 'tenants' has sessions", e.Message, StringComparison.Ordinal);
        Assert.Contains("leave out IsBatched", e.Message, StringComparison.Ordinal);
        Assert.Contains("no topics", e.Message, StringComparison.Ordinal);
        Assert.Contains("%Missing%", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FineText", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "text", 16)]
    [InlineData("""{"extensions":{"serviceBus":{"maxConcurrentCalls":3}}}""", "text", 3)]
    [InlineData("""{"extensions":{"serviceBus":{"maxConcurrentCalls":30}}}""", "narrow", 2)]
    [InlineData("""{"extensions":{"serviceBus":{"maxConcurrentSessions":5}}}""", "tenants", 5)]
    public async Task Consumers_AtMost_WhatHostJsonAndTheQueueAllow(string hostJson, string queue, int most)
    {
        await using var host = await StartAsync(
            queue == "tenants" ? typeof(Sessions) : queue == "narrow" ? typeof(Narrow) : typeof(Text), hostJson);

        Assert.Equal(
            new QueueConsumers(queue, most, 0, most), Assert.Single(host.Host.Services.GetRequiredService<IQueueConsumers>().Current));
    }

    [Fact]
    public async Task StartAsync_HostJsonValueThatIsNone_IsReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(
            () => StartAsync(typeof(Text), """{"extensions":{"serviceBus":{"maxConcurrentCalls":"many"}}}"""));

        Assert.Contains("extensions.serviceBus.maxConcurrentCalls is 'many'", e.Message, StringComparison.Ordinal);
    }

    private Task<TestHost> StartAsync(Type functions, string? hostJson = null, Dictionary<string, string?>? settings = null) =>
        TestHost.StartAsync([functions], folder: _folder.Path, hostJson: hostJson, settings: settings, services: (services, _) => services
            .AddSingleton<Seen>()
            .AddLocalQueues(options =>
            {
                foreach (var name in _queues) options.Queues.Add(new QueueDefinition(name) { MaxDeliveryCount = 3 });
                options.Queues.Add(new QueueDefinition("narrow") { Concurrency = 2 });
                options.Queues.Add(new QueueDefinition("tenants") { RequiresSession = true });
            }));

    private static Task SendAsync(QueueBroker broker, string queue, string body) =>
        broker.SendAsync(queue, [new QueueMessage(BinaryData.FromString(body)) { ContentType = "json" }]);

    public sealed class Seen : ConcurrentQueue<string>;

    public sealed record Order(string Name, int Count);

    public sealed class Payloads(Seen seen)
    {
        [Function("MessagePayload")]
        public async Task Message(
            [ServiceBusTrigger("message")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions,
            CancellationToken cancellationToken)
        {
            seen.Enqueue($"message:{message.DeliveryCount} {cancellationToken.CanBeCanceled} {message.ContentType}");
            await actions.CompleteMessageAsync(message, cancellationToken);
        }

        [Function("TextPayload")]
        public void Text([ServiceBusTrigger("text")] string text) => seen.Enqueue($"text:{text}");

        [Function("BytesPayload")]
        public void Bytes([ServiceBusTrigger("bytes")] byte[] bytes) => seen.Enqueue($"bytes:{bytes.Length}");

        [Function("BinaryPayload")]
        public void Binary([ServiceBusTrigger("%BinaryQueue%")] BinaryData data) => seen.Enqueue($"binary:{data.ToMemory().Length}");

        [Function("JsonPayload")]
        public void Json([ServiceBusTrigger("json")] Order order, FunctionContext context) =>
            seen.Enqueue($"json:{order.Name}{order.Count} {context.FunctionDefinition.Name == "JsonPayload"}");
    }

    public sealed class Text(Seen seen)
    {
        [Function("PlainText")]
        public void Run([ServiceBusTrigger("text")] string text) => seen.Enqueue(text);
    }

    public sealed class Narrow
    {
        [Function("NarrowText")]
        public static void Run([ServiceBusTrigger("narrow")] string text) => _ = text;
    }

    public sealed class Completing(Seen seen)
    {
        [Function("CompletingText")]
        public void Run([ServiceBusTrigger("text", AutoCompleteMessages = true)] string text) => seen.Enqueue(text);
    }

    public sealed class Failing
    {
        [Function("FailingText")]
        public static void Run([ServiceBusTrigger("text")] string text) => throw new InvalidOperationException(text);
    }

    public sealed class Sessions(Seen seen)
    {
        [Function("Tenants")]
        public async Task Run(
            [ServiceBusTrigger("tenants", IsSessionsEnabled = true)] ServiceBusReceivedMessage message,
            ServiceBusSessionMessageActions session)
        {
            var state = await session.GetSessionStateAsync();
            var count = (state.ToMemory().IsEmpty ? 0 : JsonSerializer.Deserialize<int>(state.ToMemory().Span)) + 1;
            await session.SetSessionStateAsync(BinaryData.FromObjectAsJson(count));
            seen.Enqueue($"{message.SessionId}:{count}");
        }
    }

    public sealed class Wrong
    {
        [Function("NowhereText")]
        public static void Nowhere([ServiceBusTrigger("nowhere")] string text) => _ = text;

        [Function("TenantsText")]
        public static void Tenants([ServiceBusTrigger("tenants")] string text) => _ = text;

        [Function("BatchedText")]
        public static void Batched([ServiceBusTrigger("text", IsBatched = true)] string[] texts) => _ = texts;

        [Function("TopicText")]
        public static void Topic([ServiceBusTrigger("topic", "subscription")] string text) => _ = text;

        [Function("MissingText")]
        public static void Missing([ServiceBusTrigger("%Missing%")] string text) => _ = text;

        [Function("FineText")]
        public static void Fine([ServiceBusTrigger("text")] string text) => _ = text;
    }
}
