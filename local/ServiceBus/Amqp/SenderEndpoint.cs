using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;
using Serverless.Local.ServiceBus.Messages;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Stores what a client sends on a link. A message is accepted once it is stored.</summary>
internal sealed class SenderEndpoint
{
    private readonly QueueBroker _broker;
    private readonly string _queue;
    private readonly ReceivingAmqpLink _link;
    private readonly int _maxBytes;
    private readonly ILogger _logger;

    public SenderEndpoint(QueueBroker broker, string queue, ReceivingAmqpLink link, int maxBytes, ILogger logger)
    {
        (_broker, _queue, _link, _maxBytes, _logger) = (broker, queue, link, maxBytes, logger);
        if (EntityPath.IsDeadLetters(queue)) throw new BrokerException(BrokerFault.NotAllowed, "Nothing can be sent to dead letters.");
        link.RegisterMessageListener(message => _ = AnswerAsync(message));
    }

    private async Task AnswerAsync(AmqpMessage message)
    {
        var outcome = await StoreAsync(message);
        try
        {
            _link.DisposeDelivery(message, true, outcome);
            message.Dispose();
        }
        catch (Exception e) when (e is AmqpException or InvalidOperationException or OperationCanceledException)
        {
            // The link is gone: the sender does not know whether it was stored, and sends it again.
        }
    }

    private async Task<Outcome> StoreAsync(AmqpMessage message)
    {
        try
        {
            if (message.TxnId.Array is not null) throw new BrokerException(BrokerFault.NotImplemented, "This broker has no transactions.");
            await _broker.SendAsync(_queue, Read(message));
            return AmqpConstants.AcceptedOutcome;
        }
        catch (BrokerException refusal)
        {
            return new Rejected { Error = refusal.ToError() };
        }
#pragma warning disable CA1031 // A full disk may have room again: the sender is told, and the link lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.SendFailed(_queue, e);
            return new Rejected { Error = ErrorConditions.Internal };
        }
    }

    private List<NewMessage> Read(AmqpMessage message)
    {
        var encoded = Encoded(message);
        if (message.MessageFormat != AmqpConstants.AmqpBatchedMessageFormat) return [MessageReader.Read(encoded, _maxBytes)];
        if (encoded.Count > _maxBytes)
            throw new BrokerException(BrokerFault.MessageTooLarge, $"The batch has {encoded.Count} bytes; {_maxBytes} are allowed.");
        return [.. MessageBatch.Read(encoded).Select(part => MessageReader.Read(part, _maxBytes))];
    }

    // The bytes as they came: the message's own payload is what it makes of them.
    private static ArraySegment<byte> Encoded(AmqpMessage message)
    {
        var stream = (BufferListStream)message.ToStream();
        return stream.ReadBytes((int)stream.Length);
    }
}
