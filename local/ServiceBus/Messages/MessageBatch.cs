using Microsoft.Azure.Amqp;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Messages;

/// <summary>Takes a batch apart: each of its data sections is a message.</summary>
internal static class MessageBatch
{
    /// <exception cref="BrokerException">The bytes are no batch.</exception>
    public static List<ArraySegment<byte>> Read(ArraySegment<byte> encoded)
    {
        try
        {
            using var batch = AmqpMessage.CreateAmqpStreamMessage(new BufferListStream([encoded]), true);
            return [.. batch.DataBody.Select(data => (ArraySegment<byte>)data.Value)];
        }
        catch (Exception e) when (e is not BrokerException)
        {
            throw new BrokerException(BrokerFault.Malformed, "The batch is no well-formed one.", e);
        }
    }
}
