using Microsoft.Azure.Amqp;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Gives a client the messages of one session, which it holds until its link closes or the lock ends.</summary>
internal sealed class SessionReceiverEndpoint : ReceiverEndpoint
{
    private readonly SessionRegistry _sessions;
    private readonly SessionLock _session;

    public SessionReceiverEndpoint(QueueBroker broker, SessionRegistry sessions, SessionLock session, SendingAmqpLink link, ILogger logger)
        : base(broker, session.Entity, link, logger, session)
    {
        (_sessions, _session) = (sessions, session);
        sessions.Add(session);
    }

    protected override Task<List<BrokerMessage>> ReceiveAsync(int max) => Broker.ReceiveAsync(_session, Mode, max);

    protected override void Check()
    {
        base.Check();
        if (Broker.Now.UtcTicks >= _session.LockedUntil) throw BrokerException.SessionLockLost(_session.Id);
    }

    protected override async Task ReleaseAsync()
    {
        _sessions.Remove(_session);
        await Broker.ReleaseAsync(_session);
    }
}
