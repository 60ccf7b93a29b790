using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>The lane that is away; null for none.</summary>
internal sealed class BrokenLanes
{
    public string? Lane { get; set; }

    /// <summary>The fault of whoever sends to it.</summary>
    public Exception Fault { get; set; } = new ServiceBusException("Not now.", ServiceBusFailureReason.ServiceBusy);
}

/// <summary>Sends, but to the lane that is away.</summary>
internal sealed class BrokenSender(ServiceBusClient client, BrokenLanes broken) : IQueueSender
{
    private readonly ServiceBusQueueSender _sender = new(client);

    public Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default) =>
        lane == broken.Lane
            ? throw broken.Fault
            : _sender.SendAsync(lane, messages, cancellationToken);

    public Task<long> ScheduleAsync(
        string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default) =>
        _sender.ScheduleAsync(lane, message, due, cancellationToken);

    public Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default) =>
        _sender.CancelScheduledAsync(lane, sequenceNumber, cancellationToken);
}
