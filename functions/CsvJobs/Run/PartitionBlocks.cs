using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The blocks of an output for each value of a column: staged together, so that the memory of all values is bounded.</summary>
internal sealed class PartitionBlocks(JobFolder folder, CsvPlan plan, RangeTask task, PartitionWriter writer) : ICleanBlocks
{
    /// <summary>The most values that a column may have: each is a file, and in each range a block.</summary>
    public const int MaxPartitions = 500;

    private const int HeldBytes = 16 << 20;
    private const int ParallelUploads = 4;

    private readonly Dictionary<string, List<RangeBlock>> _blocks = new(StringComparer.Ordinal);

    public IRecordWriter Writer => writer;

    public int FullBytes => HeldBytes;

    public int Count => _blocks.Values.Sum(b => b.Count);

    public long Bytes => _blocks.Values.Sum(p => p.Sum(b => b.Proof.Bytes));

    public IReadOnlyList<RangeBlock> Blocks => [];

    public IReadOnlyList<RangePartition>? Partitions => [.. _blocks.Select(p => new RangePartition(p.Key, p.Value))];

    public async ValueTask StoreAsync(long first, long row, CancellationToken cancellationToken)
    {
        var full = writer.Partitions.Where(p => p.Bytes.Length > 0).ToList();
        foreach (var partition in full) _blocks.TryAdd(partition.Name, []);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelUploads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(full, parallel, async (partition, token) =>
        {
            var blocks = _blocks[partition.Name];
            var text = partition.Bytes.Memory;
            var bytes = plan.Compression == CsvCompression.Gzip ? GzipMember.Of(text.Span) : text;
            using var content = new BinaryData(bytes).ToStream();
            await folder.GetOutput(Outputs.BuildPartitionName(plan, partition.Name))
                .StageBlockAsync(BlockIds.OfRange(task.Start, first, blocks.Count), content, cancellationToken: token);
            blocks.Add(new RangeBlock(row, new BlockProof(bytes.Length, ByteHash.Of(plan.Proof, bytes.Span))));
        });
        writer.Clear();
    }

    public Task FinishAsync(long first, long row, CancellationToken cancellationToken) =>
        StoreAsync(first, row, cancellationToken).AsTask();

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
