using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Sends, but for what is due later: a task that fails is delivered again until the broker dead-letters it.</summary>
internal sealed class SenderWithoutSchedules(ServiceBusClient client) : IQueueSender
{
    private readonly ServiceBusQueueSender _sender = new(client);

    public Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default) =>
        _sender.SendAsync(lane, messages, cancellationToken);

    public Task<long> ScheduleAsync(
        string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default) =>
        throw new ServiceBusException("Not now.", ServiceBusFailureReason.ServiceBusy);

    public Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default) =>
        _sender.CancelScheduledAsync(lane, sequenceNumber, cancellationToken);
}
