using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Takes requests on a link and sends each answer to the link that the request names.</summary>
internal sealed class RequestLink
{
    private const string ErrorCondition = "errorCondition";

    private readonly ReceivingAmqpLink _link;
    private readonly ReplyLinks _replies;
    private readonly IRequestNode _node;
    private readonly ILogger _logger;

    public RequestLink(ReceivingAmqpLink link, ReplyLinks replies, IRequestNode node, ILogger logger)
    {
        (_link, _replies, _node, _logger) = (link, replies, node, logger);
        link.RegisterMessageListener(request => _ = AnswerAsync(request));
    }

    private async Task AnswerAsync(AmqpMessage request)
    {
        try
        {
            _link.DisposeDelivery(request, true, AmqpConstants.AcceptedOutcome);
            if (request.Properties.ReplyTo?.ToString() is not { } address
                || !_replies.TryFind(_link.Session.Connection, address, out var replies)) return;
            using var answer = await AnswerOfAsync(request);
            answer.Properties.CorrelationId = request.Properties.MessageId;
            replies.SendMessageNoWait(answer, new ArraySegment<byte>(Guid.NewGuid().ToByteArray()), AmqpConstants.NullBinary);
        }
        catch (Exception e) when (e is AmqpException or InvalidOperationException or OperationCanceledException)
        {
            // The request has no form, or nobody is there any more who waits for the answer.
            _link.SafeClose(new AmqpException(AmqpErrorCode.DecodeError, "The request has no form that could be answered."));
        }
        finally
        {
            request.Dispose();
        }
    }

    private async Task<AmqpMessage> AnswerOfAsync(AmqpMessage request)
    {
        var operation = request.ApplicationProperties.Map["operation"] as string ?? "";
        try
        {
            var reply = await _node.AnswerAsync(operation, request);
            return Message(reply.Status, "OK", reply.Body);
        }
        catch (BrokerException refusal)
        {
            return Refusal(refusal.ToStatus(), refusal.ToError());
        }
#pragma warning disable CA1031 // The client is told, and the link lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.OperationFailed(operation, _link.Name, e);
            return Refusal(500, ErrorConditions.Internal);
        }
    }

    private AmqpMessage Refusal(int status, Error error)
    {
        var message = Message(status, error.Description, null);
        message.ApplicationProperties.Map[ErrorCondition] = error.Condition;
        return message;
    }

    private AmqpMessage Message(int status, string description, AmqpMap? body)
    {
        var message = AmqpMessage.Create(new AmqpValue { Value = body ?? [] });
        message.ApplicationProperties.Map[_node.StatusNames.Status] = status;
        message.ApplicationProperties.Map[_node.StatusNames.Description] = description;
        return message;
    }
}
