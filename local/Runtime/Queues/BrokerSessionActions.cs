using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.Queues;

/// <summary>The session that a run holds at the broker.</summary>
internal sealed class BrokerSessionActions : ServiceBusSessionMessageActions
{
    private readonly QueueBroker _broker;
    private readonly SessionLock _session;
    private volatile bool _released;

    public BrokerSessionActions(QueueBroker broker, SessionLock session)
    {
        (_broker, _session) = (broker, session);
        SessionLockedUntil = session.LockedUntil;
    }

    public bool IsReleased => _released;

    public override Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) => _broker.GetStateAsync(_session);

    public override Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionState);
        return _broker.SetStateAsync(_session, sessionState);
    }

    public override Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        _released = true;
        return Task.CompletedTask;
    }

    public override async Task RenewSessionLockAsync(CancellationToken cancellationToken = default)
    {
        await _broker.RenewAsync(_session);
        SessionLockedUntil = _session.LockedUntil;
    }
}
