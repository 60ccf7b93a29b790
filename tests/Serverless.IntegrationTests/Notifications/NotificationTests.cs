using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.IntegrationTests.Email;
using Serverless.IntegrationTests.Tasks;
using Serverless.Notifications;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Notifications;

[Collection(TaskTests.Name)]
public sealed class NotificationTests(AzuriteFixture azurite)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Fact]
    public async Task Webhook_IsPostedOnce_Signed()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();

        var id = (await SendAsync(host, Webhook(receiver.Url))).Id;
        await DrainAsync(host);
        await WaitAsync(host, id, NotificationState.Delivered);

        var call = receiver.Calls.Single();
        Assert.True(JsonNode.DeepEquals(Webhook("")["payload"], JsonNode.Parse(call.Body)));
        Assert.Equal((id, "application/json; charset=utf-8"), (call.Headers["webhook-id"], call.Headers["content-type"]));
        var signed = Encoding.UTF8.GetBytes($"{id}.{call.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(call.Body)}");
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret["whsec_".Length..]), signed));
        Assert.Equal($"v1,{expected}", call.Headers["webhook-signature"]);
        Assert.Equal(
            host.Time.GetUtcNow()
                .ToUnixTimeSeconds(), long.Parse(call.Headers["webhook-timestamp"], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(1, (await ShowAsync(host, id)).Attempts);

        var store = host.Services.GetRequiredService<NotificationStore>();
        await store.DeleteEndedAsync(host.Time.GetUtcNow(), default);
        Assert.NotNull(await store.FindAsync(id, default));
        await store.DeleteEndedAsync(host.Time.GetUtcNow().AddSeconds(1), default);
        Assert.Null(await store.FindAsync(id, default));
    }

    [Fact]
    public async Task Webhook_ReceiverInTrouble_IsTriedAgainUnderTheSameId()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answers.Enqueue(503);
        receiver.Answers.Enqueue(429);
        await using var host = await StartAsync();

        var id = (await SendAsync(host, Webhook(receiver.Url))).Id;
        await DrainAsync(host);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await WaitAsync(host, id, NotificationState.Retrying);
            await host.RetryAsync($"notification-{id}-0", attempt);
            await Eventually.TrueAsync(() => receiver.Calls.Count > attempt);
        }

        await WaitAsync(host, id, NotificationState.Delivered);
        Assert.Equal([id, id, id], receiver.Calls.Select(c => c.Headers["webhook-id"]));
        Assert.Equal(3, (await ShowAsync(host, id)).Attempts);
    }

    [Theory]
    [InlineData(410, "127.0.0.1 answered 410.")]
    [InlineData(302, "127.0.0.1 answered 302: redirects are not followed.")]
    public async Task Webhook_Refused_FailsAtOnce(int answer, string error)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        receiver.Answers.Enqueue(answer);
        await using var host = await StartAsync();

        var id = (await SendAsync(host, Webhook(receiver.Url))).Id;
        await DrainAsync(host);
        await WaitAsync(host, id, NotificationState.Failed);

        Assert.Equal(error, (await ShowAsync(host, id)).Error);
        Assert.Single(receiver.Calls);
        var listed = await host.Http.GetFromJsonAsync<JsonObject>("/api/notifications?state=failed&size=1000");
        Assert.Contains(id, listed!["notifications"]!.AsArray().Select(n => n!["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Webhook_NameOfAPrivateAddress_IsNotConnectedTo()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync(new() { ["Notifications:AllowPrivateAddresses"] = "false" });

        var id =
            (await SendAsync(host, Webhook(receiver.Url.Replace("http://127.0.0.1", "https://localhost", StringComparison.Ordinal)))).Id;
        await DrainAsync(host);
        await WaitAsync(host, id, NotificationState.Failed);

        Assert.StartsWith("localhost is no address of the internet", (await ShowAsync(host, id)).Error, StringComparison.Ordinal);
        Assert.Empty(receiver.Calls);
    }

    [Fact]
    public async Task Email_FillsTheTemplate()
    {
        await using var server = await MailServer.StartAsync();
        await using var host = await StartAsync(server.Settings);

        var id = (await SendAsync(host, new JsonObject
        {
            ["channel"] = "email",
            ["target"] = "Ada <ada@example.com>",
            ["payload"] =
                new JsonObject { ["heading"] = "Order 7 is <ready>", ["body"] = "Come and get it.", ["url"] = "https://example.org/7" },
        })).Id;
        await DrainAsync(host);
        await WaitAsync(host, id, NotificationState.Delivered);

        var message = server.Taken.Single().Read();
        Assert.Equal(($"{id}@example.org", "Order 7 is <ready>"), (message.MessageId, message.Subject));
        Assert.Contains("Order 7 is &lt;ready&gt;</h1>", message.HtmlBody!, StringComparison.Ordinal);
        Assert.Equal("Order 7 is <ready>\n\nCome and get it.\n\nhttps://example.org/7", message.TextBody!.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public async Task Key_WithinTheWindow_IsTheSameNotification()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();
        var request = Webhook(receiver.Url);
        request["key"] = $"order/7#{Guid.NewGuid()}";

        var (first, accepted) = await SendAsync(host, request);
        var (second, same) = await SendAsync(host, request);
        await DrainAsync(host);
        await WaitAsync(host, first, NotificationState.Delivered);
        var (third, known) = await SendAsync(host, request);
        host.Time.Advance(TimeSpan.FromDays(1));
        var (fourth, anew) = await SendAsync(host, request);

        Assert.Equal(
            (HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Accepted), (accepted, same, known, anew));
        Assert.Equal((first, first), (second, third));
        Assert.NotEqual(first, fourth);
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task QuietHours_PutOffToTheirEnd()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();
        var request = Webhook(receiver.Url);

        // It is noon in London.
        request["quietHours"] = new JsonObject { ["from"] = "11:00", ["to"] = "12:30", ["timeZone"] = "Europe/London" };
        var id = (await SendAsync(host, request)).Id;
        await DrainAsync(host);
        await Eventually.TrueAsync(
            async () => (await ShowAsync(host, id)).Due == new DateTimeOffset(2026, 1, 31, 12, 30, 0, TimeSpan.Zero));
        Assert.Empty(receiver.Calls);

        host.Time.Advance(TimeSpan.FromMinutes(30));
        await DrainAsync(host);
        await WaitAsync(host, id, NotificationState.Delivered);
        Assert.Single(receiver.Calls);
    }

    [Fact]
    public async Task Claim_IsOneInstances_UntilItEnds()
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var host = await StartAsync();
        var ids = new HashSet<string>();
        for (var i = 0; i < 20; i++) ids.Add((await SendAsync(host, Webhook(receiver.Url))).Id);
        var stores = Enumerable.Range(0, 3)
            .Select(_ => new NotificationStore(new LazyTable(azurite.Tables, NotificationStore.TableName), host.Time)).ToList();

        // Three instances claim at once, and die before they put anything into the queue.
        var claimed = await Task.WhenAll(
            stores.SelectMany(
                s => Enumerable.Range(0, NotificationRows.Partitions).Select(p => s.ClaimAsync(p, 100, TimeSpan.FromMinutes(2), default))));
        Assert.Equal(ids.Order(), claimed.SelectMany(c => c).Select(c => c.Id).Where(ids.Contains).Order());
        var drain = ActivatorUtilities.CreateInstance<NotificationDrain>(host.Services);
        await drain.RunAsync(new(host.Durable), default);
        Assert.Empty(receiver.Calls);

        host.Time.Advance(TimeSpan.FromMinutes(2));
        await Task.WhenAll(drain.RunAsync(new(host.Durable), default), drain.RunAsync(new(host.Durable), default));
        await Eventually.TrueAsync(() => receiver.Calls.Select(c => c.Headers["webhook-id"]).Distinct().Count(ids.Contains) == ids.Count);
        await host.IdleAsync();
        Assert.Equal(ids.Count, receiver.Calls.Count(c => ids.Contains(c.Headers["webhook-id"])));
    }

    [Fact]
    public async Task Send_FaultyRequest_IsAnsweredWithAllFaults()
    {
        await using var host = await StartAsync(new() { ["Notifications:AllowPrivateAddresses"] = "false" });
        using var response = await host.Http.PostAsJsonAsync("/api/notifications", new JsonObject
        {
            ["channel"] = "webhook",
            ["target"] = "https://[::ffff:169.254.169.254]/latest",
            ["payload"] = "text",
            ["key"] = "",
            ["notBefore"] = "soon",
            ["quietHours"] = new JsonObject { ["from"] = "22:00", ["to"] = "07:00", ["timeZone"] = "Mars/Olympus" },
            ["template"] = "../x",
            ["subject"] = "a\nb",
            ["when"] = 1,
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject();
        Assert.Equal(
            ["key", "notBefore", "payload", "quietHours", "subject", "target", "template", "when"], errors.Select(e => e.Key)
                .Order(StringComparer.Ordinal));
        using var unknown = await host.Http.GetAsync("/api/notifications/" + new string('0', 33));
        using var state = await host.Http.GetAsync("/api/notifications?state=lost");
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadRequest), (unknown.StatusCode, state.StatusCode));
    }

    private Task<TaskHost> StartAsync(Dictionary<string, string?>? settings = null)
    {
        var all = new Dictionary<string, string?>
        {
            ["Notifications:SigningSecrets"] = Secret,
            ["Notifications:AllowPrivateAddresses"] = "true",
        };
        foreach (var (name, value) in settings ?? []) all[name] = value;
        return TaskHost.StartAsync(azurite, settings: all, functions: [typeof(NotificationFunctions)]);
    }

    private static JsonObject Webhook(string url) =>
        new() { ["channel"] = "webhook", ["target"] = url, ["payload"] = new JsonObject { ["order"] = 7, ["text"] = "å" } };

    private static async Task<(string Id, HttpStatusCode Status)> SendAsync(TaskHost host, JsonObject request)
    {
        using var response = await host.Http.PostAsJsonAsync("/api/notifications", request);
        var answer = await response.Content.ReadFromJsonAsync<JsonObject>();
        Assert.True(response.IsSuccessStatusCode, answer?.ToJsonString());
        return (answer!["id"]!.GetValue<string>(), response.StatusCode);
    }

    // A turn of the timer: a test that turned the clock would not know whether the last turn has come to its end.
    private static async Task DrainAsync(TaskHost host)
    {
        host.Time.Advance(TimeSpan.FromSeconds(30));
        await ActivatorUtilities.CreateInstance<NotificationDrain>(host.Services).RunAsync(new(host.Durable), default);
    }

    private static async Task<Notification> ShowAsync(TaskHost host, string id) =>
        (await host.Http.GetFromJsonAsync<Notification>($"/api/notifications/{id}", Json))!;

    private static Task WaitAsync(TaskHost host, string id, NotificationState state) =>
        Eventually.EqualAsync(state, async () => (await ShowAsync(host, id)).State);
}
