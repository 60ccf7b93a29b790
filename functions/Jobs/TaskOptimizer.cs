namespace Serverless.Jobs;

/// <summary>
/// Sizes work by what earlier work was measured to take. Pure arithmetic: an orchestrator may call it with figures that an activity looked
/// up.
/// </summary>
internal static class TaskOptimizer
{
    /// <summary>Items in a chunk as long as nothing was measured.</summary>
    public const int UnmeasuredChunk = 1_000;

    // Work takes its input, and what it makes of it.
    private const int MemoryFactor = 2;

    // Running in parallel costs more than it shows: below this gain it is not worth it.
    private const double MinGain = 0.2;

    /// <summary>
    /// The time that a chunk should take: short enough to be done again after a crash, long enough to outweigh its overhead.
    /// </summary>
    public static TimeSpan Target { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Chooses the number of items in a chunk, from 1 to all of them.</summary>
    /// <param name="total">All items.</param>
    /// <param name="speed">What was measured; null when nothing was, which gives <see cref="UnmeasuredChunk"/>.</param>
    /// <param name="target">How long a chunk should take; <see cref="Target"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">The total is negative, or the target is not positive.</exception>
    public static long ChooseChunkSize(long total, Speed? speed, TimeSpan? target = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(total);
        var time = target ?? Target;
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, nameof(target));
        var items = speed is { } known ? known.ItemsPerSecond * time.TotalSeconds : UnmeasuredChunk;
        return (long)Math.Clamp(items, 1, Math.Max(1, total));
    }

    /// <summary>True when several workers are at least a fifth faster than one.</summary>
    /// <param name="alone">What one worker would take for everything.</param>
    /// <param name="workers">How many there would be.</param>
    /// <param name="overhead">What sharing the work out and bringing it together takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no worker.</exception>
    public static bool IsParallelBetter(TimeSpan alone, int workers, TimeSpan overhead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return (alone / workers) + overhead <= alone * (1 - MinGain);
    }

    /// <summary>Bytes of memory that a chunk takes when it is held as a whole; never more than a <see cref="long"/> holds.</summary>
    /// <param name="items">Items in the chunk.</param>
    /// <param name="bytesPerItem">The size of an item.</param>
    public static long EstimateMemory(long items, long bytesPerItem) =>
        (long)Int128.Min((Int128)items * bytesPerItem * MemoryFactor, long.MaxValue);
}
