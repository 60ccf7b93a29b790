using System.Collections.Concurrent;

namespace Serverless.Local.ServiceBus.Broker;

internal sealed partial class QueueBroker
{
    // Each session has its turn: who asks next gets the one after the last that was given out.
    private readonly ConcurrentDictionary<string, string> _lastSession = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The entity of a path whose sessions may be accepted.</summary>
    /// <exception cref="BrokerException">There is none, it has no sessions, or its status forbids it.</exception>
    public string WithSessions(string path)
    {
        var entity = _queues.Normalize(path);
        _queues.CheckReceive(entity);
        return NeedsSession(entity) ? entity : throw new BrokerException(BrokerFault.NotAllowed, $"The entity '{entity}' has no sessions.");
    }

    /// <summary>Locks a session that has waiting messages; null when there is none.</summary>
    public async Task<SessionLock?> AcceptNextSessionAsync(string entity)
    {
        _queues.CheckReceive(entity);
        var accepted = await RunAsync(work => SessionTable.AcceptNext(work, entity, _lastSession.GetValueOrDefault(entity, "")));
        if (accepted is not null) _lastSession[entity] = accepted.Id;
        return accepted;
    }

    /// <summary>Locks a session by its id.</summary>
    /// <exception cref="BrokerException">Another receiver holds it.</exception>
    public async Task<SessionLock> AcceptSessionAsync(string entity, string session) =>
        await RunAsync(work => SessionTable.Accept(work, entity, session))
            ?? throw new BrokerException(BrokerFault.SessionCannotBeLocked, $"The session '{session}' is held by another receiver.");

    /// <summary>Takes a session's oldest waiting messages; none when it has none.</summary>
    public Task<List<BrokerMessage>> ReceiveAsync(SessionLock session, ReceiveMode mode, int max)
    {
        _queues.CheckReceive(session.Entity);
        return RunAsync(work => MessageReceiving.ReceiveInSession(work, session, mode, Held(work, session), max));
    }

    /// <summary>Starts a session's lock anew, with those of the messages received under it.</summary>
    public async Task RenewAsync(SessionLock session) =>
        session.LockedUntil = await RunAsync(work => SessionTable.Renew(work, session)) is var until and > 0
            ? until : throw BrokerException.SessionLockLost(session.Id);

    /// <summary>Frees a session; what was received under it and not settled is given back.</summary>
    /// <returns>False when its lock had ended.</returns>
    public Task<bool> ReleaseAsync(SessionLock session) => RunAsync(work => SessionTable.Release(work, session));

    public Task<byte[]?> GetStateAsync(SessionLock session) => RunAsync(work =>
    {
        Held(work, session);
        return SessionTable.ReadState(work, session);
    });

    public Task SetStateAsync(SessionLock session, byte[]? state) => RunAsync(work =>
    {
        Held(work, session);
        SessionTable.SetState(work, session, state);
        return true;
    });

    /// <summary>The ids of sessions in their order.</summary>
    /// <param name="path">The queue.</param>
    /// <param name="stateSetAfter">Only those whose state was set later; null for all that have active messages or a state.</param>
    /// <param name="skip">So many are left out.</param>
    /// <param name="top">The most that come.</param>
    public async Task<List<string>> ListSessionsAsync(string path, DateTimeOffset? stateSetAfter, int skip, int top)
    {
        var entity = WithSessions(path);
        await SweepIfDueAsync();
        return _store.Read(reader => stateSetAfter is { } after
            ? reader.Query(
                """
                SELECT session FROM queue_sessions WHERE entity = $1 AND state IS NOT NULL AND state_set > $4
                ORDER BY session LIMIT $2 OFFSET $3
                """,
                row => row.GetString(0), entity, top, skip, after.UtcTicks)
            : reader.Query(
                """
                SELECT session FROM queue_messages WHERE entity = $1 AND state = 0 AND session IS NOT NULL
                UNION SELECT session FROM queue_sessions WHERE entity = $1 AND state IS NOT NULL
                ORDER BY session LIMIT $2 OFFSET $3
                """,
                row => row.GetString(0), entity, top, skip));
    }

    private static long Held(BrokerWork work, SessionLock session) =>
        SessionTable.ReadLockedUntil(work, session) is var until and > 0 ? until : throw BrokerException.SessionLockLost(session.Id);
}
