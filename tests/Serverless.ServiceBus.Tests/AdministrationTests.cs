using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class AdministrationTests() : ServiceBusTest(
    new QueueDefinition("orders")
    {
        LockDuration = TimeSpan.FromMinutes(2),
        MaxDeliveryCount = 7,
        DefaultTimeToLive = TimeSpan.FromDays(14),
        DeadLetterOnExpiration = true,
        DuplicateDetectionWindow = TimeSpan.FromMinutes(30),
    },
    new QueueDefinition("tenants") { RequiresSession = true })
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task GetQueue_Settings_AreThoseOfItsDefinition()
    {
        var queue = (await Fixture.Administration.GetQueueAsync("orders")).Value;

        Assert.Equal(
            ("orders", TimeSpan.FromMinutes(2), 7, TimeSpan.FromDays(14)),
            (queue.Name, queue.LockDuration, queue.MaxDeliveryCount, queue.DefaultMessageTimeToLive));
        Assert.True(queue.DeadLetteringOnMessageExpiration && queue.RequiresDuplicateDetection && !queue.RequiresSession);
        Assert.Equal((TimeSpan.FromMinutes(30), EntityStatus.Active), (queue.DuplicateDetectionHistoryTimeWindow, queue.Status));
    }

    [Fact]
    public async Task GetQueue_Unknown_NotFound()
    {
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.Administration.GetQueueAsync("nowhere"));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, e.Reason);
        Assert.False((await Fixture.Administration.QueueExistsAsync("nowhere")).Value);
        Assert.True((await Fixture.Administration.QueueExistsAsync("orders")).Value);
    }

    [Fact]
    public async Task RuntimeProperties_OfAllQueues_Count()
    {
        await Fixture.SendAsync("orders", "a", "b");
        await Fixture.ScheduleAsync("orders", new ServiceBusMessage("c"), Fixture.Time.GetUtcNow() + TimeSpan.FromHours(1));

        var all = new Dictionary<string, QueueRuntimeProperties>();
        await foreach (var queue in Fixture.Administration.GetQueuesRuntimePropertiesAsync()) all.Add(queue.Name, queue);

        Assert.Equal(["orders", "tenants"], all.Keys);
        Assert.Equal(
            (2, 1, 0, 3),
            (all["orders"].ActiveMessageCount, all["orders"].ScheduledMessageCount, all["orders"].DeadLetterMessageCount,
                all["orders"].TotalMessageCount));
        Assert.Equal(0, all["tenants"].TotalMessageCount);
    }

    [Fact]
    public async Task UpdateQueue_ReceiveDisabled_StopsReceiversAndLetsSendersGoOn()
    {
        var receiving = Fixture.Receiver("orders").ReceiveMessageAsync(TimeSpan.FromMinutes(10));
        await SetAsync("orders", EntityStatus.ReceiveDisabled);

        // The client takes the end of its link for the end of the wait, or tells the reason at once.
        if (await Record.ExceptionAsync(() => receiving.WaitAsync(TimeSpan.FromMinutes(5))) is { } ended)
            Assert.IsType<ServiceBusException>(ended);
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.ReceiveAsync("orders"));
        Assert.Equal(ServiceBusFailureReason.MessagingEntityDisabled, e.Reason);
        await Fixture.SendAsync("orders", "a");

        await Fixture.ReopenAsync();
        Assert.Equal(EntityStatus.ReceiveDisabled, (await Fixture.Administration.GetQueueAsync("orders")).Value.Status);
        await SetAsync("orders", EntityStatus.Active);
        Assert.Equal("a", (await Fixture.ReceiveOneAsync("orders")).Body.ToString());
    }

    [Fact]
    public async Task UpdateQueue_SendDisabled_StopsSenders()
    {
        await Fixture.SendAsync("orders", "a");
        await SetAsync("orders", EntityStatus.SendDisabled);

        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.SendAsync("orders", "b"));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityDisabled, e.Reason);
        Assert.Equal("a", (await Fixture.ReceiveOneAsync("orders")).Body.ToString());
    }

    [Fact]
    public async Task UpdateQueue_StatusAndMetadata_AreKeptTogether()
    {
        var queue = (await Fixture.Administration.GetQueueAsync("orders")).Value;
        (queue.Status, queue.UserMetadata) = (EntityStatus.ReceiveDisabled, "closed by <ada>");
        await Fixture.Administration.UpdateQueueAsync(queue);
        await Fixture.ReopenAsync();

        var kept = (await Fixture.Administration.GetQueueAsync("orders")).Value;
        Assert.Equal((EntityStatus.ReceiveDisabled, "closed by <ada>"), (kept.Status, kept.UserMetadata));
        kept.UserMetadata = "";
        await Fixture.Administration.UpdateQueueAsync(kept);
        Assert.Equal("", (await Fixture.Administration.GetQueueAsync("orders")).Value.UserMetadata ?? "");
    }

    [Fact]
    public async Task UpdateQueue_OtherSetting_IsRefused()
    {
        var queue = (await Fixture.Administration.GetQueueAsync("orders")).Value;
        queue.MaxDeliveryCount = 3;

        var e = await Assert.ThrowsAsync<ArgumentException>(() => Fixture.Administration.UpdateQueueAsync(queue));

        Assert.Contains("MaxDeliveryCount", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", null)]
    [InlineData("localhost", "https://evil.example")]
    public async Task Request_FromAPageOfAnotherSite_IsRefused(string host, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://localhost:{Fixture.Bus.AdministrationPort}/orders"));
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);

        using var response = await Http.SendAsync(request);

        Assert.Equal(System.Net.HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("no xml")]
    [InlineData("<entry xmlns=\"http://www.w3.org/2005/Atom\"/>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>")]
    public async Task Put_Malformed_IsRefused(string body)
    {
        using var content = new StringContent(body);

        using var response = await Http.PutAsync(new Uri($"http://localhost:{Fixture.Bus.AdministrationPort}/orders"), content);

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
    }

    private async Task SetAsync(string name, EntityStatus status)
    {
        var queue = (await Fixture.Administration.GetQueueAsync(name)).Value;
        queue.Status = status;
        Assert.Equal(status, (await Fixture.Administration.UpdateQueueAsync(queue)).Value.Status);
    }
}
