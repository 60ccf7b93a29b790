using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Pumps a queue with sessions: several at once, and within each one message after the other.</summary>
internal sealed class SessionPump(QueueBroker broker, QueueDefinition queue, PumpOptions options, Func<Delivery, CancellationToken, Task> function, TimeProvider time, ILogger logger)
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
        var control = new HeldSession(Broker, session);
        Renewer.Watch(session);
        try
        {
            for (var turn = 0; turn < MessagesATurn && !control.IsReleased && !stopping.IsCancellationRequested; turn++)
            {
                if (await Broker.ReceiveAsync(session, 1) is not [var message]) break;
                await RunAsync(message, session, new ServiceBusSessionMessageActions(control, session.LockedUntil));
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

    private sealed class HeldSession(QueueBroker broker, SessionLock session) : ISessionControl
    {
        private volatile bool _released;

        public bool IsReleased => _released;

        public Task<BinaryData> GetStateAsync(CancellationToken cancellationToken) => broker.GetStateAsync(session);

        public Task SetStateAsync(BinaryData state, CancellationToken cancellationToken) => broker.SetStateAsync(session, state);

        public Task ReleaseAsync(CancellationToken cancellationToken)
        {
            _released = true;
            return Task.CompletedTask;
        }

        public async Task<DateTimeOffset> RenewLockAsync(CancellationToken cancellationToken)
        {
            await broker.RenewAsync(session);
            return session.LockedUntil;
        }
    }
}
