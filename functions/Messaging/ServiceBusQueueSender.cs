using System.Collections.Concurrent;
using System.Text;
using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>Sends through one sender a lane, which is kept: opening a link costs several round trips.</summary>
internal sealed class ServiceBusQueueSender(ServiceBusClient client) : IQueueSender, IAsyncDisposable
{
    private const int MaxPropertyBytes = 32 * 1024;
    private const int MaxPropertiesBytes = 64 * 1024;

    private readonly ConcurrentDictionary<string, LaneSender> _senders = new(StringComparer.OrdinalIgnoreCase);

    public async Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        var converted = messages.Select(m => Convert(lane, m)).ToList();
        if (converted.Count == 1)
        {
            await Lane(lane).SendAsync(converted[0], cancellationToken);
            return;
        }

        var sender = Lane(lane).Sender;
        var next = 0;
        while (next < converted.Count)
        {
            using var batch = await sender.CreateMessageBatchAsync(cancellationToken);
            while (next < converted.Count && batch.TryAddMessage(converted[next])) next++;
            if (batch.Count == 0)
                throw TooLarge(
                    lane, $"Message {converted[next].MessageId} is over the {batch.MaxSizeInBytes} bytes that the broker takes.");
            await sender.SendMessagesAsync(batch, cancellationToken);
        }
    }

    public Task<long> ScheduleAsync(
        string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default) =>
        Lane(lane).Sender.ScheduleMessageAsync(Convert(lane, message), due, cancellationToken);

    public async Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default)
    {
        try
        {
            await Lane(lane).Sender.CancelScheduledMessageAsync(sequenceNumber, cancellationToken);
            return true;
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageNotFound)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sender in _senders.Values) await sender.DisposeAsync();
    }

    private LaneSender Lane(string lane) => _senders.GetOrAdd(lane, name => new LaneSender(client.CreateSender(name)));

    private static ServiceBusMessage Convert(string lane, OutgoingMessage message)
    {
        var converted = new ServiceBusMessage(message.Body)
        {
            MessageId = message.MessageId,
            ContentType = message.ContentType,
        };
        if (message.SessionId is not null) converted.SessionId = message.SessionId;
        if (message.Subject is not null) converted.Subject = message.Subject;
        if (message.CorrelationId is not null) converted.CorrelationId = message.CorrelationId;
        if (message.TimeToLive is { } life) converted.TimeToLive = life;
        if (message.Due is { } due) converted.ScheduledEnqueueTime = due;
        var bytes = 0;
        foreach (var (name, value) in message.Properties ?? new Dictionary<string, object>())
        {
            // The broker would close the link, and with it fail every other send on it.
            var size = value is string text ? Encoding.UTF8.GetByteCount(text) : sizeof(decimal);
            if (size > MaxPropertyBytes)
                throw TooLarge(lane, $"Property {name} of message {message.MessageId} is over {MaxPropertyBytes} bytes.");
            bytes += size + Encoding.UTF8.GetByteCount(name);
            converted.ApplicationProperties[name] = value;
        }

        return bytes <= MaxPropertiesBytes
            ? converted
            : throw TooLarge(lane, $"The properties of message {message.MessageId} are over {MaxPropertiesBytes} bytes.");
    }

    private static ServiceBusException TooLarge(string lane, string message) =>
        new(message, ServiceBusFailureReason.MessageSizeExceeded, lane);
}
