using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

public sealed partial class QueueBroker
{
    /// <summary>Locks a session that has waiting messages; each has its turn.</summary>
    /// <param name="queue">A queue with sessions.</param>
    /// <param name="after">The id of the session that was accepted last; empty for none.</param>
    /// <param name="maxWait">After which null is returned.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal async Task<SessionLock?> AcceptNextSessionAsync(
        string queue, string after, TimeSpan maxWait, CancellationToken cancellationToken)
    {
        var entity = WithSessions(queue);
        return (await WaitAsync<SessionLock[]>(
            entity, work => SessionTable.AcceptNext(work, entity, after) is { } found
                ? [found] : null, maxWait, [], cancellationToken)).SingleOrDefault();
    }

    /// <summary>Locks a session by its id.</summary>
    /// <exception cref="ServiceBusException">Another receiver holds it.</exception>
    internal async Task<SessionLock> AcceptSessionAsync(string queue, string session)
    {
        var entity = WithSessions(queue);
        return await RunAsync(work => SessionTable.Accept(work, entity, session))
            ?? throw new ServiceBusException(
                $"The session '{session}' is held by another receiver.", ServiceBusFailureReason.SessionCannotBeLocked, entity);
    }

    /// <summary>Locks a session's oldest messages; none when it has none.</summary>
    internal Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(SessionLock session, int max) =>
        WithLockAsync<IReadOnlyList<ServiceBusReceivedMessage>>(
        session, (work, until) => MessageReceiving.ReceiveInSession(work, session.Entity, session.Id, until, max));

    internal async Task RenewAsync(SessionLock session) =>
        session.LockedUntilTicks = await RunAsync(work => SessionTable.Renew(work, session)) is var until and > 0
            ? until : throw SessionLockLost(session);

    /// <summary>Frees a session; what was received under it and not settled is given back.</summary>
    internal async Task ReleaseAsync(SessionLock session)
    {
        if (!await RunAsync(work => SessionTable.Release(work, session))) throw SessionLockLost(session);
    }

    internal Task<BinaryData> GetStateAsync(SessionLock session) =>
        WithLockAsync(session, (work, _) => SessionTable.State(work, session) is { } state ? new BinaryData(state) : BinaryData.Empty);

    internal Task SetStateAsync(SessionLock session, BinaryData? state) => WithLockAsync(session, (work, _) =>
    {
        SessionTable.SetState(work, session, state?.ToArray());
        return true;
    });

    private Task<T> WithLockAsync<T>(SessionLock session, Func<BrokerWork, long, T> operation) => RunAsync(work =>
        SessionTable.LockedUntil(work, session) is var until and > 0 ? operation(work, until) : throw SessionLockLost(session));

    private string WithSessions(string queue) => _queues.Find(queue) is { RequiresSession: true } found
        ? found.Name
        : throw new InvalidOperationException($"The queue '{queue}' has no sessions.");

    private static ServiceBusException SessionLockLost(SessionLock session) =>
        new(
            $"The lock of the session '{session.Id}' has expired, or was released.", ServiceBusFailureReason.SessionLockLost,
            session.Entity);
}
