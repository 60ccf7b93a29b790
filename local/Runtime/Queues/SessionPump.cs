using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Pumps a queue with sessions: several at once, and within each one message after the other.</summary>
internal sealed class SessionPump(
    QueueBroker broker, QueueDefinition queue, PumpOptions options, Func<Delivery, CancellationToken, Task> function, TimeProvider time,
    ILogger logger)
    : QueuePump(broker, queue, options, function, time, logger)
{
    // Where others wait, a session with a long backlog gives way after so many.
    private const int MessagesATurn = 50;

    private string _last = "";

    protected override async Task TakeAsync(int free, CancellationToken cancellationToken)
    {
        if (await Broker.AcceptNextSessionAsync(Queue.Name, _last, Timeout.InfiniteTimeSpan, cancellationToken) is not { } session) return;
        _last = session.Id;
        Occupy(stopping => RunAsync(session, stopping));
    }

    private async Task RunAsync(SessionLock session, CancellationToken stopping)
    {
        var released = false;
        Renewer.Watch(session);
        try
        {
            for (var turn = 0; turn < MessagesATurn && !released && !stopping.IsCancellationRequested; turn++)
            {
                if (await Broker.ReceiveAsync(session, 1) is not [var message]) break;
                var actions = new BrokerSessionActions(Broker, session);
                await RunAsync(message, session, actions);
                released = actions.IsReleased;
            }

            await Broker.ReleaseAsync(session);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.SessionLockLost)
        {
            Logger.LockLost(session.Id, Queue.Name);
        }
        finally
        {
            Renewer.Forget(session);
        }
    }
}
