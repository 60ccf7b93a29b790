namespace Serverless.Local.Runtime.Queues;

/// <summary>A session that a receiver holds.</summary>
internal sealed record SessionLock(string Entity, string Id, Guid Token)
{
    /// <summary>UTC ticks; moves with each renewal.</summary>
    public long LockedUntilTicks { get; set; }

    public DateTimeOffset LockedUntil => new(LockedUntilTicks, TimeSpan.Zero);
}
