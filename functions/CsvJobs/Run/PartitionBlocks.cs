using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The blocks of an output for each value of a column: staged together, so that the memory of all values is bounded.</summary>
internal sealed class PartitionBlocks(JobFolder folder, CsvPlan plan, TableSchema schema, RangeTask task, PartitionWriter writer)
    : ICleanBlocks
{
    /// <summary>The most values that a column may have: each is a file, and in each range a block.</summary>
    public const int MaxPartitions = 500;

    private const int HeldBytes = 16 << 20;
    private const int ParallelUploads = 4;

    private readonly SortedDictionary<string, List<RangeBlock>> _blocks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ReadOnlyMemory<byte>>> _footers = new(StringComparer.Ordinal);
    private readonly List<RangeRows> _rows = [];

    public RecordWriter Writer => writer;

    public int FullBytes => HeldBytes;

    public int Count => _blocks.Values.Sum(b => b.Count);

    public long Bytes => _blocks.Values.Sum(p => p.Sum(b => b.Proof.Bytes));

    public IReadOnlyList<RangeBlock> Blocks => [];

    public IReadOnlyList<RangePartition>? Partitions => [.. _blocks.Select(p => new RangePartition(p.Key, p.Value))];

    public IReadOnlyList<RangeRows>? Rows => _rows;

    public async ValueTask StoreAsync(long first, long row, CancellationToken cancellationToken)
    {
        var full = writer.Partitions.Where(p => p.Bytes.Length > 0).OrderBy(p => p.Name, StringComparer.Ordinal).ToList();
        if (full.Count == 0) return;
        foreach (var partition in full)
        {
            _blocks.TryAdd(partition.Name, []);
            _footers.TryAdd(partition.Name, []);
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelUploads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(full, parallel, async (partition, token) =>
        {
            var blocks = _blocks[partition.Name];
            var bytes = await ComposeAsync(partition, token);
            using var content = new BinaryData(bytes).ToStream();
            await folder.GetOutput(Outputs.BuildPartitionName(plan, partition.Name))
                .StageBlockAsync(BlockIds.OfRange(task.Start, first, blocks.Count), content, cancellationToken: token);
            blocks.Add(new RangeBlock(row, new BlockProof(bytes.Length, ByteHash.Of(plan.Proof, bytes.Span))));
        });
        await StoreRowsAsync(full, first, row, cancellationToken);
        writer.Clear();
    }

    public async Task FinishAsync(long first, long row, CancellationToken cancellationToken)
    {
        await StoreAsync(first, row, cancellationToken);
        if (plan.Output == CsvOutput.Parquet)
        {
            var footers = _blocks.Keys.Select(k => (k, (IReadOnlyList<ReadOnlyMemory<byte>>)_footers[k]));
            await PartitionFooters.SaveAsync(folder, task.Start, first, footers, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => writer.DisposeAsync();

    private async ValueTask<ReadOnlyMemory<byte>> ComposeAsync(Partition partition, CancellationToken cancellationToken)
    {
        var records = partition.Bytes.Memory;
        if (plan.Output != CsvOutput.Parquet) return plan.Compression == CsvCompression.Gzip ? GzipMember.Of(records.Span) : records;
        await using var file = new ParquetRecordWriter(schema.Written);
        ReplayableWriter.Replay(records.Span, file);
        await file.CompleteAsync(cancellationToken);
        var part = new ParquetPart();
        var group = part.Take(file.Pending, isEnd: true).ToArray();
        _footers[partition.Name].Add(part.Footer);
        return group;
    }

    private async Task StoreRowsAsync(List<Partition> full, long first, long row, CancellationToken cancellationToken)
    {
        var lists = new PendingBuffer();
        foreach (var partition in full) PartitionRows.Write(lists, partition.Name, partition.Rows.Bytes);
        using var content = new MemoryStream(lists.Span.ToArray());
        await folder.GetOutput(PartitionRows.Name)
            .StageBlockAsync(BlockIds.OfRange(task.Start, first, _rows.Count), content, cancellationToken: cancellationToken);
        _rows.Add(new RangeRows(row, lists.Length));
    }
}
