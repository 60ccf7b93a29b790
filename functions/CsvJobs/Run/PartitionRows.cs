using System.Buffers.Binary;
using System.Text;
using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Run;

/// <summary>
/// The records that blocks of partitions have, by their numbers counted from their range's start: a blob beside the index, with a block for
/// all blocks that were staged together. Without it no mended record would find its place among those of its partition.
/// </summary>
internal static class PartitionRows
{
    /// <summary>The blob's name.</summary>
    public const string Name = ".mend/rows";

    /// <summary>Adds the records of a partition to a block.</summary>
    public static void Write(PendingBuffer block, string partition, ReadOnlySpan<byte> rows)
    {
        var name = Encoding.UTF8.GetBytes(partition);
        AppendLength(block, name.Length);
        block.Append(name);
        AppendLength(block, rows.Length);
        block.Append(rows);
    }

    /// <summary>Reads a block.</summary>
    public static SortedDictionary<string, List<long>> Read(ReadOnlySpan<byte> block)
    {
        var rows = new SortedDictionary<string, List<long>>(StringComparer.Ordinal);
        while (!block.IsEmpty)
        {
            var name = Encoding.UTF8.GetString(Take(ref block));
            rows[name] = RowList.Read(Take(ref block));
        }

        return rows;
    }

    private static void AppendLength(PendingBuffer block, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(block.GetSpan(sizeof(int)), length);
        block.Advance(sizeof(int));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> block)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(block);
        var taken = block.Slice(sizeof(int), length);
        block = block[(sizeof(int) + length)..];
        return taken;
    }
}
