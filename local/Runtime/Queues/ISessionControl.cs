namespace Serverless.Local.Runtime.Queues;

/// <summary>The session that a run holds.</summary>
internal interface ISessionControl
{
    Task<BinaryData> GetStateAsync(CancellationToken cancellationToken);

    Task SetStateAsync(BinaryData state, CancellationToken cancellationToken);

    Task ReleaseAsync(CancellationToken cancellationToken);

    Task<DateTimeOffset> RenewLockAsync(CancellationToken cancellationToken);
}
