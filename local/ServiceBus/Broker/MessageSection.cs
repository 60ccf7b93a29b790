namespace Serverless.Local.ServiceBus.Broker;

/// <summary>A section of an encoded message: its descriptor's code, and where it begins and ends.</summary>
internal readonly record struct MessageSection(byte Code, int Start, int End)
{
    public const byte Header = 0x70;
    public const byte MessageAnnotations = 0x72;
    public const byte Properties = 0x73;
    public const byte ApplicationProperties = 0x74;
    public const byte Footer = 0x78;

    public int Length => End - Start;

    /// <summary>Finds the sections of an encoded message without decoding what is in them.</summary>
    /// <exception cref="FormatException">The bytes are no AMQP message.</exception>
    public static List<MessageSection> Find(ReadOnlySpan<byte> message)
    {
        var sections = new List<MessageSection>(4);
        byte last = 0;
        for (var at = 0; at < message.Length;)
        {
            var start = at;
            var code = AmqpBytes.ReadDescriptor(message, ref at);
            if (code is < Header or > Footer || code < last)
                throw new FormatException("The message's sections are not those of AMQP, or not in their order.");
            AmqpBytes.Skip(message, ref at);
            sections.Add(new MessageSection(code, start, at));
            last = code;
        }

        return sections;
    }
}
