using System.ComponentModel.DataAnnotations;

namespace Serverless.CsvJobs;

/// <summary>The app's settings for CSV jobs, read from <c>Csv__*</c>.</summary>
internal sealed class CsvSettings
{
    /// <summary>The largest body that <c>PUT /api/csv/...</c> takes, in bytes.</summary>
    /// <value>5 GiB by default.</value>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 5L << 30;

    /// <summary>
    /// The smallest <c>chunkBytes</c> that a request may ask for, and the size below which a failing range is not split, in bytes.
    /// </summary>
    /// <value>64 KiB by default; tests go below.</value>
    [Range(1, int.MaxValue)]
    public int MinChunkBytes { get; set; } = 64 << 10;

    /// <summary>The number of ranges of one job that are processed at once when the request does not say.</summary>
    /// <value>8 by default.</value>
    [Range(1, 256)]
    public int MaxParallel { get; set; } = 8;

    /// <summary>After how many ranges their results are folded into one and the orchestration's history starts anew.</summary>
    /// <value>64 by default.</value>
    [Range(1, 500)]
    public int RangesPerFold { get; set; } = 64;

    /// <summary>The number of keys (of primary keys and unique columns) that an activity holds in memory, at 24 bytes each.</summary>
    /// <value>250,000 by default.</value>
    [Range(1, 50_000_000)]
    public int KeysInMemory { get; set; } = 250_000;

    /// <summary>The keys of masked values, by the names that requests give.</summary>
    /// <value>None by default.</value>
    public Dictionary<string, string> MaskKeys { get; } = new(StringComparer.Ordinal);

    /// <summary>The time that one range may take before it is given up and split in two.</summary>
    /// <value>5 minutes by default.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan RangeTimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The interval at which a range in flight looks whether its job still runs.</summary>
    /// <value>2 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan CancelPoll { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The folder of <c>incoming</c> whose files are not started when they are dropped: they wait for a job that names many of them.
    /// </summary>
    /// <value>sets by default.</value>
    [Required]
    public string SetsFolder { get; set; } = "sets";

    /// <summary>
    /// The age that a dropped blob must have before the reconciler starts it, so that whoever dropped it can start it with options of their
    /// own.
    /// </summary>
    /// <value>10 seconds by default.</value>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan ReconcileGrace { get; set; } = TimeSpan.FromSeconds(10);
}
