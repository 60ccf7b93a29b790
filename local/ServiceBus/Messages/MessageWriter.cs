using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Messages;

/// <summary>Encodes stored messages for receivers: the broker's header and annotations, then the content as it came.</summary>
internal static class MessageWriter
{
    // What header and annotations take at most, for a buffer that need not grow.
    private const int OwnBytes = 256;

    /// <param name="message">A message.</param>
    /// <param name="clientsAhead">How far the clients' clocks are before the broker's.</param>
    public static ArraySegment<byte> Write(BrokerMessage message, TimeSpan clientsAhead)
    {
        var buffer = new ByteBuffer(message.Content.Length + OwnBytes + (message.Annotations?.Length ?? 0), autoGrow: true);
        Header(message).Encode(buffer);
        Annotations(message, clientsAhead).Encode(buffer);
        AmqpBitConverter.WriteBytes(buffer, message.Content, 0, message.Content.Length);
        return new ArraySegment<byte>(buffer.Buffer, buffer.Offset, buffer.Length);
    }

    // Receivers add the delivery that they see to the count of those before; who only peeks sees the count as it is.
    private static Header Header(BrokerMessage message) => new()
    {
        DeliveryCount = (uint)(message.IsDelivery ? message.DeliveryCount - 1 : message.DeliveryCount),
        Ttl = message.TimeToLive.TotalMilliseconds < uint.MaxValue ? (uint)message.TimeToLive.TotalMilliseconds : null,
    };

    private static MessageAnnotations Annotations(BrokerMessage message, TimeSpan clientsAhead)
    {
        var annotations = new MessageAnnotations();
        if (message.Annotations is { } kept)
        {
            foreach (var (key, value) in AmqpCodec.DecodeMap(new ByteBuffer(kept, 0, kept.Length))) annotations.Map[key] = value;
        }

        annotations.Map[MessageNames.EnqueuedTime] = Time(message.Enqueued);
        annotations.Map[MessageNames.SequenceNumber] = message.SequenceNumber;
        annotations.Map[MessageNames.EnqueueSequenceNumber] = message.EnqueuedSequenceNumber;
        annotations.Map[MessageNames.MessageState] = (int)message.State;
        if (message.Due > 0) annotations.Map[MessageNames.ScheduledEnqueueTime] = Time(message.Due);
        if (message.LockedUntil > 0) annotations.Map[MessageNames.LockedUntil] = Time(message.LockedUntil + clientsAhead.Ticks);
        return annotations;
    }

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);
}
