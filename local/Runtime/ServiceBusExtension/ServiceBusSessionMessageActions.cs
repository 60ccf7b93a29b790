namespace Microsoft.Azure.Functions.Worker;

/// <summary>The session that a run holds: its lock and its state.</summary>
public class ServiceBusSessionMessageActions
{
    /// <summary>For hosts and mocks.</summary>
    protected ServiceBusSessionMessageActions()
    {
    }

    /// <summary>When the session's lock ends, as of its last renewal here.</summary>
    public virtual DateTimeOffset SessionLockedUntil { get; protected set; }

    /// <summary>The state kept with the session; empty when none was set.</summary>
    public virtual Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) => throw NoHost();

    /// <summary>Keeps a state with the session.</summary>
    public virtual Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) => throw NoHost();

    /// <summary>Gives up the session after this run.</summary>
    public virtual Task ReleaseSession(CancellationToken cancellationToken = default) => throw NoHost();

    /// <summary>Starts the session lock's duration anew.</summary>
    public virtual Task RenewSessionLockAsync(CancellationToken cancellationToken = default) => throw NoHost();

    private static InvalidOperationException NoHost() => new("No host stands behind these actions: there is no session.");
}
