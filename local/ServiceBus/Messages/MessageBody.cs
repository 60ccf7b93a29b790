using Microsoft.Azure.Amqp;

namespace Serverless.Local.ServiceBus.Messages;

/// <summary>The payload of an encoded message.</summary>
internal static class MessageBody
{
    /// <summary>The data sections put together; empty when the body is of another kind.</summary>
    public static ReadOnlyMemory<byte> Read(byte[] content)
    {
        using var message = AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([new ArraySegment<byte>(content)]), true);
        if ((message.BodyType & SectionFlag.Data) == 0) return ReadOnlyMemory<byte>.Empty;
        using var body = new MemoryStream();
        foreach (var data in message.DataBody) body.Write((ArraySegment<byte>)data.Value);
        return body.ToArray();
    }
}
