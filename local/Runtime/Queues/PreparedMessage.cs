using System.Text;
using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

/// <summary>A message that was checked and serialized by its sender, so that the writer's thread need not.</summary>
internal sealed record PreparedMessage(QueueMessage Message, string MessageId, byte[]? Properties, byte[] Body)
{
    private const int MaxIdLength = 128;
    private const int MaxPropertyBytes = 32 * 1024;
    private const int MaxPropertiesBytes = 64 * 1024;

    // What AMQP takes for the fields of one message beside their content.
    private const int HeaderBytes = 64;

    /// <exception cref="ArgumentException">An id is too long, or the session is missing.</exception>
    /// <exception cref="ServiceBusException">Too large.</exception>
    public static PreparedMessage From(QueueMessage message, QueueDefinition queue, int maxBytes)
    {
        var id = message.MessageId ?? Guid.NewGuid().ToString("N");
        if (id.Length is 0 or > MaxIdLength)
            throw new ArgumentException($"A message id has 1 to {MaxIdLength} characters, not {id.Length}.", nameof(message));
        if (message.SessionId?.Length > MaxIdLength)
            throw new ArgumentException(
                $"A session id has at most {MaxIdLength} characters, not {message.SessionId.Length}.", nameof(message));
        if (queue.RequiresSession && string.IsNullOrEmpty(message.SessionId))
        {
            throw new InvalidOperationException($"The queue '{queue.Name}' has sessions: a message to it needs a session id.");
        }

        var size = CheckProperties(
            message.ApplicationProperties, queue.Name) + message.Body.ToMemory().Length + HeaderBytes + Encoding.UTF8.GetByteCount(id)
            + Length(message.SessionId) + Length(message.ContentType) + Length(message.CorrelationId) + Length(message.Subject) + Length(
                message.To) + Length(message.ReplyTo);
        if (size > maxBytes) throw TooLarge($"The message has {size} bytes with its properties; {maxBytes} are allowed.", queue.Name);

        return new PreparedMessage(message, id, PropertyCodec.Write(message.ApplicationProperties), message.Body.ToArray());
    }

    /// <returns>Their size in bytes.</returns>
    /// <exception cref="ServiceBusException">One of them, or all together, are too large.</exception>
    public static int CheckProperties(IEnumerable<KeyValuePair<string, object>>? properties, string queue)
    {
        var sum = 0;
        foreach (var (name, value) in properties ?? [])
        {
            var size = Encoding.UTF8.GetByteCount(name) + (value is string text ? Encoding.UTF8.GetByteCount(text) : 16);
            if (size > MaxPropertyBytes) throw TooLarge($"The property '{name}' has {size} bytes; {MaxPropertyBytes} are allowed.", queue);
            sum += size;
        }

        return sum > MaxPropertiesBytes
            ? throw TooLarge($"The properties have {sum} bytes; {MaxPropertiesBytes} are allowed.", queue) : sum;
    }

    private static int Length(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    private static ServiceBusException TooLarge(string message, string queue) =>
        new(message, ServiceBusFailureReason.MessageSizeExceeded, queue);
}
