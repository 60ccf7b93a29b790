namespace Serverless.Tasks.Batches;

/// <summary>The counts of a batch's members, or of a shard of them.</summary>
/// <param name="Added">All of them.</param>
/// <param name="Succeeded">Those that succeeded.</param>
/// <param name="Failed">Those that failed for good.</param>
/// <param name="Revoked">Those that were revoked or expired.</param>
internal sealed record BatchCounts(long Added, long Succeeded, long Failed, long Revoked)
{
    /// <summary>No members.</summary>
    public static BatchCounts None { get; } = new(0, 0, 0, 0);

    /// <summary>Those that have not ended.</summary>
    public long Pending => Added - Succeeded - Failed - Revoked;

    /// <summary>Both together.</summary>
    public static BatchCounts operator +(BatchCounts one, BatchCounts other) => new(
        one.Added + other.Added, one.Succeeded + other.Succeeded, one.Failed + other.Failed, one.Revoked + other.Revoked);

    /// <summary>After a change of one member.</summary>
    public BatchCounts With(MemberChange change) => change switch
    {
        MemberChange.Added => this with { Added = Added + 1 },
        MemberChange.Withdrawn => this with { Added = Added - 1 },
        MemberChange.Succeeded => this with { Succeeded = Succeeded + 1 },
        MemberChange.Failed => this with { Failed = Failed + 1 },
        _ => this with { Revoked = Revoked + 1 },
    };
}

/// <summary>The changes of a member.</summary>
internal enum MemberChange
{
    /// <summary>It belongs to the batch from now on.</summary>
    Added,

    /// <summary>It was added and will never be sent.</summary>
    Withdrawn,

    /// <summary>It succeeded.</summary>
    Succeeded,

    /// <summary>It failed for good.</summary>
    Failed,

    /// <summary>It was revoked, or expired.</summary>
    Revoked,
}
