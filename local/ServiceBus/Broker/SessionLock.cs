namespace Serverless.Local.ServiceBus.Broker;

/// <summary>A session that a receiver holds.</summary>
internal sealed record SessionLock(string Entity, string Id, Guid Token)
{
    /// <summary>UTC ticks; moves with each renewal.</summary>
    public long LockedUntil { get; set; }
}
