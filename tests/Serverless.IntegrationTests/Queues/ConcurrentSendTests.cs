using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.IntegrationTests.Queues;

public sealed class ConcurrentSendTests
{
    private const int Messages = 300;
    private const int TooLarge = 150;

    [Fact]
    public async Task Send_ManyAtOnce_StoresEachOnceAndRefusesTheOneThatIsTooLarge()
    {
        await using var queues = await QueueFixture.StartAsync();
        var sends = Enumerable.Range(0, Messages).Select(number => queues.Sender.SendAsync("default", [Message(number)])).ToList();

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(() => sends[TooLarge]);
        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, refusal.Reason);
        sends.RemoveAt(TooLarge);
        await Task.WhenAll(sends);

        var received = await queues.ReceiveAsync("default", Messages - 1);
        Assert.Equal(
            Enumerable.Range(0, Messages).Where(n => n != TooLarge).Select(n => $"m{n}").Order(StringComparer.Ordinal),
            received.Select(m => m.MessageId).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await queues.Admin.CountAsync("default")).Active - received.Count);
    }

    private static OutgoingMessage Message(int number) =>
        new($"m{number}", BinaryData.FromBytes(new byte[number == TooLarge ? 300 * 1024 : 100]));
}
