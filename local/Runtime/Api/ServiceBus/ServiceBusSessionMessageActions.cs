using Serverless.Local.Runtime.Queues;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What a run may do with the session that it holds.</summary>
public class ServiceBusSessionMessageActions
{
    private readonly ISessionControl _session;

    internal ServiceBusSessionMessageActions(ISessionControl session, DateTimeOffset sessionLockedUntil)
    {
        _session = session;
        SessionLockedUntil = sessionLockedUntil;
    }

    /// <summary>For mocks.</summary>
    protected ServiceBusSessionMessageActions() => _session = null!;

    /// <summary>When the session's lock ends, as of its last renewal here.</summary>
    public virtual DateTimeOffset SessionLockedUntil { get; protected set; }

    /// <summary>The state kept with the session; empty when none was set.</summary>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) => _session.GetStateAsync(cancellationToken);

    /// <summary>Keeps a state with the session.</summary>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sessionState);
        return _session.SetStateAsync(sessionState, cancellationToken);
    }

    /// <summary>Gives up the session after this run.</summary>
    public virtual Task ReleaseSession(CancellationToken cancellationToken = default) => _session.ReleaseAsync(cancellationToken);

    /// <summary>Starts the session lock's duration anew.</summary>
    public virtual async Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        SessionLockedUntil = await _session.RenewLockAsync(cancellationToken);
}
