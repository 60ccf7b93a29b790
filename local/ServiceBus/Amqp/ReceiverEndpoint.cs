using Microsoft.Azure.Amqp;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;
using Serverless.Local.ServiceBus.Messages;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Gives a client the messages of an entity as far as it has credit, and settles them as it says.</summary>
internal class ReceiverEndpoint(QueueBroker broker, string entity, SendingAmqpLink link, ILogger logger, SessionLock? session = null)
{
    // Bounds what is locked at once for a client that takes all it can get.
    private const int MaxBatch = 250;

    private readonly AsyncSignal _credit = new();
    private readonly DeliverySettlement _settlement = new(broker, entity, session, link, logger);

    protected QueueBroker Broker => broker;

    protected ReceiveMode Mode { get; } = link.Settings.SettleType == SettleMode.SettleOnSend
        ? ReceiveMode.ReceiveAndDelete : ReceiveMode.PeekLock;

    public void Start()
    {
        // Also when the link opens or closes: whoever waits looks again.
        link.RegisterCreditListener((_, _, _) => _credit.Set());
        link.RegisterDispositionListener(delivery =>
        {
            if (Mode == ReceiveMode.PeekLock) _settlement.Settle(delivery);
        });
        link.Closed += (_, _) => _credit.Set();
        _ = RunAsync();
    }

    protected virtual Task<List<BrokerMessage>> ReceiveAsync(int max) => broker.ReceiveAsync(entity, Mode, max);

    /// <exception cref="BrokerException">The receiver must not go on.</exception>
    protected virtual void Check() => broker.Queues.CheckReceive(entity);

    protected virtual Task ReleaseAsync() => Task.CompletedTask;

    private async Task RunAsync()
    {
        try
        {
            await PumpAsync();
        }
        catch (BrokerException refusal)
        {
            link.SafeClose(refusal.ToAmqp());
        }
        catch (ObjectDisposedException)
        {
            link.SafeClose();
        }
#pragma warning disable CA1031 // The client is told and opens another link; the other receivers live on.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ReceiverFailed(entity, e);
            link.SafeClose(new AmqpException(ErrorConditions.Internal));
        }

        await ReleaseSafelyAsync();
    }

    private async Task PumpAsync()
    {
        while (!link.IsClosing())
        {
            // Taken before looking, so that nothing that changes meanwhile is missed.
            var (credit, changed) = (_credit.Next, broker.WaitForChange(entity));
            var max = (int)Math.Min(link.LinkCredit, MaxBatch);
            if (max == 0)
            {
                // A session ends, or a queue is closed, also for those who ask for nothing.
                await Task.WhenAny(credit, changed);
                Check();
                continue;
            }

            var messages = await ReceiveAsync(max);
            if (messages.Count == 0) await Task.WhenAny(credit, changed);
            else await SendAsync(messages);
        }
    }

    private async Task SendAsync(List<BrokerMessage> messages)
    {
        var sent = 0;
        while (sent < messages.Count && !link.IsClosing() && TrySend(messages[sent])) sent++;
        if (sent < messages.Count && Mode == ReceiveMode.PeekLock)
            await broker.ReturnAsync([.. messages.Skip(sent).Select(m => m.LockToken)]);
        else for (; sent < messages.Count; sent++) link.ForceSendDelivery(Delivery(messages[sent]));
    }

    private bool TrySend(BrokerMessage message) => link.TrySendDelivery(Delivery(message));

    private EncodedDelivery Delivery(BrokerMessage message) => new(MessageWriter.Write(message, broker.ClientsAhead))
    {
        DeliveryTag = new ArraySegment<byte>(
            (Mode == ReceiveMode.PeekLock ? message.LockToken : LockToken.Create(message.SequenceNumber)).ToByteArray()),
        Settled = Mode == ReceiveMode.ReceiveAndDelete,
        Batchable = true,
    };

    private async Task ReleaseSafelyAsync()
    {
        try
        {
            await ReleaseAsync();
        }
        catch (ObjectDisposedException)
        {
            // The broker stops: the lock ends by itself.
        }
#pragma warning disable CA1031 // Nobody waits for this; what is not released now is when its lock ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.ReceiverFailed(entity, e);
        }
    }
}
