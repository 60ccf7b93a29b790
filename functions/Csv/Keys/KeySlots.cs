namespace Serverless.Csv.Keys;

/// <summary>
/// Deals keys out to slots, so that all records with the same key are in the same one and a slot's keys fit in memory: a slot for each key
/// of
/// the schema and each partition of the hashes.
/// </summary>
/// <param name="Keys">The schema's keys.</param>
/// <param name="Partitions">A power of two.</param>
internal readonly record struct KeySlots(int Keys, int Partitions)
{
    private const long BytesPerPartition = 32 << 20;
    private const int MaxPartitions = 256;

    // About what a gzip file of text grows by; where it is more, slots are read in passes.
    private const int Compression = 8;

    public int Count => Keys * Partitions;

    /// <summary>The slots for a file; a slot that turns out too full is checked in several passes.</summary>
    public static KeySlots For(int keys, long bytes, bool isCompressed)
    {
        var partitions = 1;
        while (partitions < MaxPartitions && partitions * BytesPerPartition < bytes * (isCompressed ? Compression : 1)) partitions *= 2;
        return new KeySlots(keys, partitions);
    }

    public int SlotOf(int key, in KeyEntry entry) => (key * Partitions) + (int)(entry.High & (uint)(Partitions - 1));

    public int KeyOf(int slot) => slot / Partitions;
}
