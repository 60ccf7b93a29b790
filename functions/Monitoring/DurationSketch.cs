namespace Serverless.Monitoring;

/// <summary>
/// Counts durations in buckets that grow by 2 %: a percentile is off by 1 % at most, and sketches add up, whichever instance and hour they
/// come from. After Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch", VLDB 2019. Durations below 1 µs and over
/// 30 days count as such.
/// </summary>
public sealed class DurationSketch
{
    private const double Accuracy = 0.01;
    private const double Growth = (1 + Accuracy) / (1 - Accuracy);
    private const double LongestMicroseconds = 30 * 86_400e6;
    private static readonly double LogGrowth = Math.Log(Growth);
    private static readonly int Last = Bucket(LongestMicroseconds);

    private long[] _counts = [];

    /// <summary>How many durations it holds.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a duration.</summary>
    public void Add(TimeSpan duration) => Add(Bucket(Math.Min(duration.TotalMicroseconds, LongestMicroseconds)), 1);

    /// <summary>Adds all durations of another sketch.</summary>
    public void Merge(DurationSketch other)
    {
        for (var bucket = other._counts.Length - 1; bucket >= 0; bucket--)
        {
            if (other._counts[bucket] > 0) Add(bucket, other._counts[bucket]);
        }
    }

    /// <summary>The duration that a share of all durations does not exceed; zero when there are none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Percentile(double share)
    {
        if (Count == 0) return TimeSpan.Zero;
        var rank = (long)(share * (Count - 1));
        var bucket = 0;
        for (var seen = _counts[0]; seen <= rank; seen += _counts[bucket]) bucket++;
        return TimeSpan.FromMicroseconds(bucket == 0 ? 0 : 2 * Math.Pow(Growth, bucket) / (Growth + 1));
    }

    /// <summary>For each bucket that is not empty, its distance from the one before and its count, in seven bits a byte.</summary>
    public byte[] ToBytes()
    {
        using var target = new MemoryStream();
        using var writer = new BinaryWriter(target);
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
        var sketch = new DurationSketch();
        using var source = new MemoryStream(bytes);
        using var reader = new BinaryReader(source);
        try
        {
            for (var bucket = -1; source.Position < source.Length;)
            {
                bucket += reader.Read7BitEncodedInt();
                var count = reader.Read7BitEncodedInt64();
                if (bucket < 0 || bucket > Last || count <= 0) throw new InvalidDataException("A duration sketch has a bucket that cannot be.");
                sketch.Add(bucket, count);
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new InvalidDataException("A duration sketch is cut off.", e);
        }

        return sketch;
    }

    // Bucket 0 holds up to 1 µs, bucket i from Growth^(i-1) µs, exclusive, to Growth^i µs.
    private static int Bucket(double microseconds) => microseconds <= 1 ? 0 : (int)Math.Ceiling(Math.Log(microseconds) / LogGrowth);

    private void Add(int bucket, long count)
    {
        if (bucket >= _counts.Length) Array.Resize(ref _counts, Math.Min(Last, bucket + 64) + 1);
        _counts[bucket] += count;
        Count += count;
    }
}
