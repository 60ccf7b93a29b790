using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Messages;

/// <summary>Reads messages as senders encode them, and checks what Service Bus checks.</summary>
internal static class MessageReader
{
    private const int MaxIdLength = 128;
    private const int MaxPropertyBytes = 32 * 1024;
    private const int MaxPropertiesBytes = 64 * 1024;

    /// <exception cref="BrokerException">The message is malformed or over a limit.</exception>
    public static NewMessage Read(ArraySegment<byte> encoded, int maxBytes)
    {
        if (encoded.Count > maxBytes)
        {
            throw new BrokerException(
                BrokerFault.MessageTooLarge, $"The message has {encoded.Count} bytes with its properties; {maxBytes} are allowed.");
        }

        try
        {
            return Read(encoded);
        }
        catch (Exception e) when (e is not BrokerException)
        {
            throw new BrokerException(BrokerFault.Malformed, "The message is no well-formed AMQP message.", e);
        }
    }

    private static NewMessage Read(ArraySegment<byte> encoded)
    {
        var sections = MessageSection.Find(encoded);
        var header = Decode<Header>(encoded, sections, MessageSection.Header);
        var annotations = Decode<MessageAnnotations>(encoded, sections, MessageSection.MessageAnnotations);
        var properties = Decode<Properties>(encoded, sections, MessageSection.Properties);
        Check(encoded, sections);

        var contentStart = sections.FirstOrDefault(
            s => s.Code >= MessageSection.Properties, new MessageSection(0, encoded.Count, encoded.Count)).Start;
        var content = encoded[contentStart..].ToArray();
        var id = properties?.MessageId?.ToString();
        if (string.IsNullOrEmpty(id))
        {
            properties ??= new Properties();
            properties.MessageId = id = Guid.NewGuid().ToString("N");
            content = MessageContent.Replace(content, properties);
        }

        CheckId("message id", id);
        CheckId("session id", properties!.GroupId);
        var due = annotations?.Map[MessageNames.ScheduledEnqueueTime] is DateTime time ? time.Ticks : 0;
        return new NewMessage(id, properties.GroupId, due, Lifetime(header, properties), Kept(annotations), content);
    }

    // A header's time to live ends at 49 days; a longer one is the difference of two times.
    private static TimeSpan Lifetime(Header? header, Properties properties)
    {
        if (properties is { AbsoluteExpiryTime: { } expiry, CreationTime: { } creation } && expiry > creation) return expiry - creation;
        return header?.Ttl is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.MaxValue;
    }

    private static byte[]? Kept(MessageAnnotations? annotations)
    {
        if (annotations is null) return null;
        var kept = new AmqpMap();
        foreach (var (key, value) in annotations.Map)
        {
            if (!MessageNames.Own.Any(name => name.Equals(key.Key))) kept[key] = value;
        }

        return kept.Count == 0 ? null : MessageContent.Encode(kept);
    }

    private static void CheckId(string what, string? id)
    {
        if (id?.Length > MaxIdLength)
            throw new BrokerException(BrokerFault.InvalidArgument, $"A {what} has at most {MaxIdLength} characters, not {id.Length}.");
    }

    private static void Check(ArraySegment<byte> encoded, List<MessageSection> sections)
    {
        var section = sections.FirstOrDefault(s => s.Code == MessageSection.ApplicationProperties);
        // No property is larger than all of them.
        if (section.Length <= MaxPropertyBytes) return;
        if (section.Length > MaxPropertiesBytes)
        {
            throw new BrokerException(
                BrokerFault.MessageTooLarge, $"The properties have {section.Length} bytes; {MaxPropertiesBytes} are allowed.");
        }

        foreach (var (key, value) in Decode<ApplicationProperties>(encoded, sections, MessageSection.ApplicationProperties)!.Map)
        {
            var size = AmqpCodec.GetStringEncodeSize(key.ToString()) + AmqpCodec.GetObjectEncodeSize(value);
            if (size > MaxPropertyBytes)
                throw new BrokerException(
                    BrokerFault.MessageTooLarge, $"The property '{key}' has {size} bytes; {MaxPropertyBytes} are allowed.");
        }
    }

    private static T? Decode<T>(ArraySegment<byte> encoded, List<MessageSection> sections, byte code) where T : AmqpDescribed, new()
    {
        var found = sections.FirstOrDefault(s => s.Code == code);
        if (found.Length == 0) return null;
        var section = new T();
        section.Decode(new ByteBuffer(encoded.Array!, encoded.Offset + found.Start, found.Length));
        return section;
    }
}
