using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transaction;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Does with a delivered message what its receiver decides, and answers once that is stored.</summary>
/// <param name="session">The session that the link holds; null where there are none.</param>
internal sealed class DeliverySettlement(QueueBroker broker, string entity, SessionLock? session, AmqpLink link, ILogger logger)
{
    public void Settle(Delivery delivery) => _ = SettleAsync(delivery, delivery.State, delivery.Settled);

    private async Task SettleAsync(Delivery delivery, DeliveryState state, bool settled)
    {
        var answer = await DecideOutcomeAsync(delivery, state);
        // Who settled it himself waits for no answer.
        if (settled || answer is null) return;
        try
        {
            link.DisposeDelivery(delivery, true, answer);
        }
        catch (Exception e) when (e is AmqpException or InvalidOperationException or OperationCanceledException)
        {
            // The link is gone: its receiver gets the message again unless it is settled.
        }
    }

    private async Task<Outcome?> DecideOutcomeAsync(Delivery delivery, DeliveryState state)
    {
        try
        {
            if (state is Received or null) return null;
            await ApplyAsync(new Guid(delivery.DeliveryTag.AsSpan()), state);
            return AmqpConstants.AcceptedOutcome;
        }
        catch (BrokerException refusal)
        {
            return new Rejected { Error = OfSession(refusal).ToError() };
        }
#pragma warning disable CA1031 // The receiver is told, and the link lives on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.SettleFailed(entity, e);
            return new Rejected { Error = ErrorConditions.Internal };
        }
    }

    // The messages of a session are locked by the session: whose lock has ended is told of that.
    private BrokerException OfSession(BrokerException refusal) =>
        refusal.Fault == BrokerFault.MessageLockLost && session is not null && broker.Now.UtcTicks >= session.LockedUntil
            ? BrokerException.SessionLockLost(session.Id)
            : refusal;

    private Task ApplyAsync(Guid token, DeliveryState state) => state switch
    {
        Accepted => broker.CompleteAsync(token),
        Released => broker.ReturnAsync([token]),
        Modified { UndeliverableHere: true } modified => broker.DeferAsync(token, Changes(modified.MessageAnnotations)),
        Modified modified => broker.AbandonAsync(token, Changes(modified.MessageAnnotations)),
        Rejected rejected => DeadLetterAsync(token, rejected.Error?.Info),
        TransactionalState => throw new BrokerException(BrokerFault.NotImplemented, "This broker has no transactions."),
        _ => throw new BrokerException(BrokerFault.InvalidArgument, "The message's new state is none that a receiver can give it."),
    };

    private Task DeadLetterAsync(Guid token, Fields? info)
    {
        var changes = Changes(info) ?? [];
        var reason = Take(changes, DeadLetterProperties.Reason);
        var description = Take(changes, DeadLetterProperties.Description);
        return broker.DeadLetterAsync(token, changes, reason, description);
    }

    private static string? Take(Dictionary<string, object?> changes, string name) =>
        changes.Remove(name, out var value) ? value as string : null;

    private static Dictionary<string, object?>? Changes(Fields? fields) =>
        fields?.ToDictionary(field => field.Key.ToString()!, object? (field) => field.Value);
}
