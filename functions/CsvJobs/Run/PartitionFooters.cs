using System.Buffers.Binary;
using System.Text;
using Serverless.Csv.Output;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>The Parquet footers of a range's blocks where there is a file for each value of a column; a part blob.</summary>
internal static class PartitionFooters
{
    /// <summary>Stores them.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="start">Where the range starts.</param>
    /// <param name="first">Where its first record starts.</param>
    /// <param name="partitions">Each partition with the footers of its blocks, in order.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public static async Task SaveAsync(
        JobFolder folder, long start, long first, IEnumerable<(string Name, IReadOnlyList<ReadOnlyMemory<byte>> Footers)> partitions,
        CancellationToken cancellationToken)
    {
        var bytes = new PendingBuffer();
        foreach (var (name, footers) in partitions)
        {
            Append(bytes, Encoding.UTF8.GetBytes(name));
            BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), footers.Count);
            bytes.Advance(sizeof(int));
            foreach (var footer in footers) Append(bytes, footer.Span);
        }

        await folder.GetPart(Parts.BuildFooterName(start, first))
            .UploadAsync(new BinaryData(bytes.Memory), overwrite: true, cancellationToken);
    }

    /// <summary>Reads those of a range.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>>> LoadAsync(
        JobFolder folder, StagedRange range, CancellationToken cancellationToken)
    {
        var content = await folder.GetPart(Parts.BuildFooterName(range.Start, range.First)).DownloadContentAsync(cancellationToken);
        var bytes = content.Value.Content.ToMemory();
        var partitions = new Dictionary<string, IReadOnlyList<ReadOnlyMemory<byte>>>(StringComparer.Ordinal);
        while (!bytes.IsEmpty)
        {
            var name = Encoding.UTF8.GetString(Take(ref bytes).Span);
            var footers = new ReadOnlyMemory<byte>[BinaryPrimitives.ReadInt32LittleEndian(bytes.Span)];
            bytes = bytes[sizeof(int)..];
            for (var i = 0; i < footers.Length; i++) footers[i] = Take(ref bytes);
            partitions[name] = footers;
        }

        return partitions;
    }

    private static void Append(PendingBuffer bytes, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value.Length);
        bytes.Advance(sizeof(int));
        bytes.Append(value);
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> bytes)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span);
        var value = bytes.Slice(sizeof(int), length);
        bytes = bytes[(sizeof(int) + length)..];
        return value;
    }
}
