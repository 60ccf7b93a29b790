using System.Collections.Concurrent;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.ServiceBus;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class QueueTriggerTests : IDisposable
{
    private static readonly string[] Queues = ["message", "text", "bytes", "binary", "json"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Payloads_EveryType_IsBound()
    {
        await using var host = await StartAsync(typeof(Payloads), settings: new() { ["BinaryQueue"] = "binary" });

        foreach (var queue in Queues) await SendAsync(host, queue, """{"name":"x","count":2}""");

        var seen = host.Host.Services.GetRequiredService<Seen>();
        await Eventually.TrueAsync(() => seen.Count == 5);
        Assert.Equal(
            ["binary:22", "bytes:22", "json:x2 True", "message:1 True json", "text:{\"name\":\"x\",\"count\":2}"],
            seen.Order(StringComparer.Ordinal));
        foreach (var queue in Queues)
        {
            await Eventually.EqualAsync((0L, 0L), () => CountAsync(host, queue));
        }
    }

    [Fact]
    public async Task Failure_OfTheFunction_IsLoggedAndEndsInTheDeadLetters()
    {
        await using var host = await StartAsync(typeof(Failing));

        await SendAsync(host, "text", "a");

        await Eventually.EqualAsync((0L, 1L), () => CountAsync(host, "text"));
        Assert.Equal(3, host.Logs.Lines.Count(l => l.Category == "Function.FailingText" && l.Exception is InvalidOperationException));
    }

    [Fact]
    public async Task Body_ThatIsNotTheJson_EndsInTheDeadLetters()
    {
        await using var host = await StartAsync(typeof(Payloads), settings: new() { ["BinaryQueue"] = "binary" });

        await SendAsync(host, "json", "not json");

        await Eventually.EqualAsync((0L, 1L), () => CountAsync(host, "json"));
    }

    [Theory]
    [InlineData("""{"extensions":{"serviceBus":{"autoCompleteMessages":false}}}""", 1)]
    [InlineData("{}", 0)]
    public async Task AutoComplete_AsHostJsonSays(string hostJson, long left)
    {
        await using var host = await StartAsync(typeof(Text), hostJson: hostJson);

        await SendAsync(host, "text", "a");

        await Eventually.TrueAsync(() => host.Host.Services.GetRequiredService<Seen>().Count == 1);
        await host.Host.StopAsync();
        Assert.Equal((left, 0L), await CountAsync(host, "text"));
    }

    [Fact]
    public async Task AutoComplete_TheTriggersOwnWord_WinsOverHostJson()
    {
        await using var host = await StartAsync(
            typeof(Completing), hostJson: """{"extensions":{"serviceBus":{"autoCompleteMessages":false}}}""");

        await SendAsync(host, "text", "a");

        await Eventually.EqualAsync((0L, 0L), () => CountAsync(host, "text"));
    }

    [Fact]
    public async Task Sessions_WithState_CountInOrder()
    {
        await using var host = await StartAsync(typeof(Sessions));

        await SendAsync(host, "tenants", [.. Enumerable.Range(0, 5).Select(_ => new ServiceBusMessage("x") { SessionId = "s1" })]);

        var seen = host.Host.Services.GetRequiredService<Seen>();
        await Eventually.TrueAsync(() => seen.Count == 5);
        Assert.Equal(["s1:1", "s1:2", "s1:3", "s1:4", "s1:5"], seen);
    }

    [Fact]
    public async Task StartAsync_TriggersThatCannotRun_AreAllReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Wrong)));

        Assert.Contains("leave out IsBatched", e.Message, StringComparison.Ordinal);
        Assert.Contains("no topics", e.Message, StringComparison.Ordinal);
        Assert.Contains("%Missing%", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FineText", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_QueuesThatAreNotThere_AreAllReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Nowhere)));

        Assert.Contains("there is no queue 'nowhere'", e.Message, StringComparison.Ordinal);
        Assert.Contains("there is no queue 'elsewhere'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("HereText", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_SessionsThatDoNotFitTheQueue_AreAllReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Misfits)));

        Assert.Contains("the queue 'tenants' has sessions, and IsSessionsEnabled is false.", e.Message, StringComparison.Ordinal);
        Assert.Contains("the queue 'text' has no sessions, and IsSessionsEnabled is true.", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FittingText", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no connection string")]
    [InlineData("Endpoint=sb://localhost")]
    public async Task StartAsync_ConnectionThatIsNone_IsReported(string connection)
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(
            () => StartAsync(typeof(Elsewhere), settings: new() { ["OtherBus"] = connection }));

        Assert.Contains("the setting OtherBus is no connection string of Service Bus", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_NoConnection_IsReported()
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Elsewhere)));

        Assert.Contains("the setting OtherBus is neither a connection string", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxConcurrentCalls", "many")]
    [InlineData("maxConcurrentCalls", "0")]
    [InlineData("prefetchCount", "-1")]
    [InlineData("maxAutoLockRenewalDuration", "long")]
    public async Task StartAsync_HostJsonValueThatIsNone_IsReported(string name, string value)
    {
        var e = await Assert.ThrowsAsync<InvalidFunctionsException>(() => StartAsync(typeof(Text), HostJson(name, value)));

        Assert.Contains($"extensions.serviceBus.{name} is '{value}'", e.Message, StringComparison.Ordinal);
    }

    private static string HostJson(string name, string value) =>
        $$"""
        { "extensions": { "serviceBus": { "{{name}}": "{{value}}" } } }
        """;

    private Task<TestHost> StartAsync(Type functions, string? hostJson = null, Dictionary<string, string?>? settings = null) =>
        TestHost.StartAsync(
            [functions], _folder.Path, hostJson, settings, services: (services, _) => services.AddSingleton<Seen>(),
            queues: [.. Queues.Select(name => new QueueDefinition(name) { MaxDeliveryCount = 3 }),
                new QueueDefinition("tenants") { RequiresSession = true }]);

    private static Task SendAsync(TestHost host, string queue, string body) =>
        SendAsync(host, queue, new ServiceBusMessage(body) { ContentType = "json" });

    private static async Task SendAsync(TestHost host, string queue, params ServiceBusMessage[] messages)
    {
        await using var client = new ServiceBusClient(host.Bus.ConnectionString);
        await client.CreateSender(queue).SendMessagesAsync(messages);
    }

    private static async Task<(long Active, long DeadLettered)> CountAsync(TestHost host, string queue)
    {
        var client = new ServiceBusAdministrationClient(host.Bus.AdministrationConnectionString);
        var counts = (await client.GetQueueRuntimePropertiesAsync(queue)).Value;
        return (counts.ActiveMessageCount, counts.DeadLetterMessageCount);
    }

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
        [Function("BatchedText")]
        public static void Batched([ServiceBusTrigger("text", IsBatched = true)] string[] texts) => _ = texts;

        [Function("TopicText")]
        public static void Topic([ServiceBusTrigger("topic", "subscription")] string text) => _ = text;

        [Function("MissingText")]
        public static void Missing([ServiceBusTrigger("%Missing%")] string text) => _ = text;

        [Function("FineText")]
        public static void Fine([ServiceBusTrigger("text")] string text) => _ = text;
    }
    public sealed class Nowhere
    {
        [Function("NowhereText")]
        public static void Run([ServiceBusTrigger("nowhere")] string text) => _ = text;

        [Function("ElsewhereText")]
        public static void Other([ServiceBusTrigger("elsewhere")] string text) => _ = text;

        [Function("HereText")]
        public static void Here([ServiceBusTrigger("text")] string text) => _ = text;
    }

    public sealed class Misfits
    {
        [Function("SessionsUnasked")]
        public static void Plain([ServiceBusTrigger("tenants")] string text) => _ = text;

        [Function("SessionsMissing")]
        public static void Sessions([ServiceBusTrigger("text", IsSessionsEnabled = true)] string text) => _ = text;

        [Function("FittingText")]
        public static void Fitting([ServiceBusTrigger("text")] string text) => _ = text;
    }

    public sealed class Elsewhere
    {
        [Function("OtherText")]
        public static void Run([ServiceBusTrigger("text", Connection = "OtherBus")] string text) => _ = text;
    }
}
