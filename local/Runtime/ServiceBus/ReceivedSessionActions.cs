using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>The session that a run holds.</summary>
internal sealed class ReceivedSessionActions(ProcessSessionMessageEventArgs received) : ServiceBusSessionMessageActions
{
    private volatile bool _isReleased;

    /// <summary>The session is to be given up after this run, not in the middle of it.</summary>
    public bool IsReleased => _isReleased;

    public override DateTimeOffset SessionLockedUntil => received.SessionLockedUntil;

    // The client gives null where nothing was set, the worker what is empty.
    public override async Task<BinaryData> GetSessionStateAsync(CancellationToken cancellationToken = default) =>
        await received.GetSessionStateAsync(cancellationToken) ?? BinaryData.Empty;

    public override Task SetSessionStateAsync(BinaryData sessionState, CancellationToken cancellationToken = default) =>
        received.SetSessionStateAsync(sessionState, cancellationToken);

    public override Task ReleaseSession(CancellationToken cancellationToken = default)
    {
        _isReleased = true;
        return Task.CompletedTask;
    }

    public override Task RenewSessionLockAsync(CancellationToken cancellationToken = default) =>
        received.RenewSessionLockAsync(cancellationToken);
}
