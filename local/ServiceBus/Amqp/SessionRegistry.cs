using System.Collections.Concurrent;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The sessions that links hold: operations on a session come by another link and name it.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<(string Entity, string Session), SessionLock> _held = new();

    public void Add(SessionLock session) => _held[(session.Entity, session.Id)] = session;

    public void Remove(SessionLock session) => _held.TryRemove(KeyValuePair.Create((session.Entity, session.Id), session));

    /// <exception cref="BrokerException">Nobody holds it.</exception>
    public SessionLock Find(string entity, string session) =>
        _held.TryGetValue((entity, session), out var held) ? held : throw BrokerException.SessionLockLost(session);
}
