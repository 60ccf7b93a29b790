namespace Serverless.Monitoring;

/// <summary>
/// Keeps durations as they are while there are few, and counts them in buckets that grow by 2 % when there are more: a percentile is exact
/// then, and off by 1 % at most now. Sketches add up, whichever instance and hour they come from. After Masson, Rim and Lee, "DDSketch: a
/// fast and fully-mergeable quantile sketch", VLDB 2019. Durations below zero count as zero, those over 30 days as 30 days, and in buckets
/// those
/// below 1 µs as zero.
/// </summary>
internal sealed class DurationSketch
{
    /// <summary>The most durations that are kept as they are.</summary>
    public const int MaxExact = 128;

    private const byte Exact = 0, Bucketed = 1;
    private const double Accuracy = 0.01;
    private const double Growth = (1 + Accuracy) / (1 - Accuracy);
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(30);
    private static readonly double LogGrowth = Math.Log(Growth);
    private static readonly int Last = Bucket(MaxDuration);

    // In their order; null once they were too many.
    private List<TimeSpan>? _exact = [];
    private long[] _counts = [];

    /// <summary>The number of durations that it holds.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a duration.</summary>
    public void Add(TimeSpan duration)
    {
        duration = duration < TimeSpan.Zero ? TimeSpan.Zero : duration > MaxDuration ? MaxDuration : duration;
        if (_exact is { Count: MaxExact }) Coarsen();
        if (_exact is null)
        {
            Add(Bucket(duration), 1);
            return;
        }

        var place = _exact.BinarySearch(duration);
        _exact.Insert(place < 0 ? ~place : place, duration);
        Count++;
    }

    /// <summary>Adds all durations of another sketch.</summary>
    public void Merge(DurationSketch other)
    {
        foreach (var duration in other._exact ?? []) Add(duration);
        if (other._exact is not null) return;

        Coarsen();
        for (var bucket = other._counts.Length - 1; bucket >= 0; bucket--)
        {
            if (other._counts[bucket] > 0) Add(bucket, other._counts[bucket]);
        }
    }

    /// <summary>The shortest duration that a share of all durations does not exceed, by nearest rank; zero when there are none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan FindPercentile(double share)
    {
        if (Count == 0) return TimeSpan.Zero;

        // As decimals: 0.07 · 100 is 7, and not a little more, whose ceiling is 8.
        var rank = Math.Clamp((long)Math.Ceiling((decimal)share * Count), 1, Count);
        if (_exact is not null) return _exact[(int)rank - 1];

        var bucket = 0;
        for (var seen = _counts[0]; seen < rank; seen += _counts[bucket]) bucket++;
        return TimeSpan.FromMicroseconds(bucket == 0 ? 0 : 2 * Math.Pow(Growth, bucket) / (Growth + 1));
    }

    /// <summary>
    /// A byte that says which it is; then each duration in ticks less the one before, or for each bucket that is not empty its distance
    /// from the one before and its count. Numbers have seven bits a byte.
    /// </summary>
    public byte[] ToBytes()
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target);
        writer.Write(_exact is null ? Bucketed : Exact);
        var last = TimeSpan.Zero;
        foreach (var duration in _exact ?? [])
        {
            writer.Write7BitEncodedInt64((duration - last).Ticks);
            last = duration;
        }

        var before = -1;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            if (_counts[bucket] == 0) continue;
            writer.Write7BitEncodedInt(bucket - before);
            writer.Write7BitEncodedInt64(_counts[bucket]);
            before = bucket;
        }

        return target.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It did not.</exception>
    public static DurationSketch FromBytes(byte[] bytes)
    {
        using var source = new MemoryStream(bytes);
        using var reader = new BinaryReader(source);
        try
        {
            return reader.ReadByte() switch
            {
                Exact => ReadExact(reader),
                Bucketed => ReadBuckets(reader),
                var other => throw new InvalidDataException($"A duration sketch is of the unknown kind {other}."),
            };
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("A duration sketch is cut off.", e);
        }
    }

    private static DurationSketch ReadExact(BinaryReader reader)
    {
        var sketch = new DurationSketch();
        for (long ticks = 0; reader.BaseStream.Position < reader.BaseStream.Length;)
        {
            var step = reader.Read7BitEncodedInt64();
            if (step < 0 || step > MaxDuration.Ticks - ticks || sketch.Count == MaxExact)
                throw new InvalidDataException("A duration sketch has a duration that cannot be.");
            sketch.Add(new TimeSpan(ticks += step));
        }

        return sketch;
    }

    private static DurationSketch ReadBuckets(BinaryReader reader)
    {
        var sketch = new DurationSketch { _exact = null };
        for (var bucket = -1; reader.BaseStream.Position < reader.BaseStream.Length;)
        {
            bucket += reader.Read7BitEncodedInt();
            var count = reader.Read7BitEncodedInt64();
            if (bucket < 0 || bucket > Last || count <= 0) throw new InvalidDataException("A duration sketch has a bucket that cannot be.");
            sketch.Add(bucket, count);
        }

        return sketch;
    }

    // Bucket 0 holds up to 1 µs, bucket i from Growth^(i-1) µs, exclusive, to Growth^i µs.
    private static int Bucket(TimeSpan duration) =>
        duration.TotalMicroseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(duration.TotalMicroseconds) / LogGrowth);

    private void Coarsen()
    {
        if (_exact is not { } durations) return;
        (_exact, Count) = (null, 0);
        foreach (var duration in durations) Add(Bucket(duration), 1);
    }

    private void Add(int bucket, long count)
    {
        if (bucket >= _counts.Length) Array.Resize(ref _counts, Math.Min(Last, bucket + 64) + 1);
        _counts[bucket] += count;
        Count += count;
    }
}
