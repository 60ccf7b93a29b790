using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus.Messages;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Changes single sections of an encoded message and leaves the others byte for byte as they are.</summary>
internal static class MessageContent
{
    /// <summary>Sets application properties.</summary>
    public static byte[] Change(byte[] content, IReadOnlyDictionary<string, object?> changes)
    {
        var sections = MessageSection.Find(content);
        var found = sections.FirstOrDefault(s => s.Code == MessageSection.ApplicationProperties);
        var properties = new ApplicationProperties();
        if (found.Length > 0) properties.Decode(new ByteBuffer(content, found.Start, found.Length));
        foreach (var (name, value) in changes) properties.Map[name] = value;

        // Without such a section, the place of one is behind the properties.
        var place = sections.LastOrDefault(s => s.Code <= MessageSection.Properties).End;
        var (start, end) = found.Length > 0 ? (found.Start, found.End) : (place, place);
        return Replace(content, start, end, properties);
    }

    /// <summary>Replaces the properties section, or puts one in front.</summary>
    public static byte[] Replace(byte[] content, Properties properties)
    {
        var found = MessageSection.Find(content).FirstOrDefault(s => s.Code == MessageSection.Properties);
        return Replace(content, found.Start, found.End, properties);
    }

    /// <summary>Shortens the life that the properties tell.</summary>
    public static byte[] Expire(byte[] content, TimeSpan lifetime)
    {
        var found = MessageSection.Find(content).FirstOrDefault(s => s.Code == MessageSection.Properties);
        if (found.Length == 0) return content;
        var properties = new Properties();
        properties.Decode(new ByteBuffer(content, found.Start, found.Length));
        if (properties is not { AbsoluteExpiryTime: not null, CreationTime: { } creation }) return content;
        properties.AbsoluteExpiryTime = creation + lifetime;
        return Replace(content, found.Start, found.End, properties);
    }

    /// <summary>An encoded map, without a descriptor.</summary>
    public static byte[] Encode(AmqpMap map)
    {
        using var buffer = new ByteBuffer(AmqpCodec.GetMapEncodeSize(map), autoGrow: true);
        AmqpCodec.EncodeMap(map, buffer);
        return buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();
    }

    private static byte[] Replace(byte[] content, int start, int end, AmqpDescribed section)
    {
        using var buffer = new ByteBuffer(section.EncodeSize, autoGrow: true);
        section.Encode(buffer);
        return [.. content.AsSpan(0, start), .. buffer.Buffer.AsSpan(buffer.Offset, buffer.Length), .. content.AsSpan(end)];
    }
}
