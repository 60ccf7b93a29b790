using Serverless.Csv.Output;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>The blocks of one output for all records.</summary>
internal sealed class CleanBlocks : ICleanBlocks
{
    // Small enough to stay in the processor's cache between being written and being copied to a block.
    private const int TextBytes = 256 << 10;

    // A Parquet file is read by row groups, so they are large; each range holds one in memory, packed.
    private const int ParquetBytes = 8 << 20;

    private readonly JobFolder _folder;
    private readonly RangeTask _task;
    private readonly ParquetPart? _parquet;
    private readonly BlockStager _stager;
    private readonly List<long> _lastRows = [];
    private long _first;

    public CleanBlocks(JobFolder folder, CsvPlan plan, RangeTask task, RecordWriter writer)
    {
        Writer = writer;
        _folder = folder;
        _task = task;
        _parquet = plan.Output == CsvOutput.Parquet ? new ParquetPart() : null;
        FullBytes = plan.Output == CsvOutput.Parquet ? ParquetBytes : TextBytes;
        _stager = new BlockStager(
            folder.GetOutput(Outputs.CleanName(plan)), n => BlockIds.OfRange(task.Start, _first, n), plan.BlockBytes, plan.Proof,
            plan.Compression);
    }

    public RecordWriter Writer { get; }

    public int FullBytes { get; }

    public int Count => _stager.Blocks;

    public long Bytes => _stager.Bytes;

    public IReadOnlyList<RangeBlock> Blocks => [.. _lastRows.Zip(_stager.Proofs, (row, proof) => new RangeBlock(row, proof))];

    public IReadOnlyList<RangePartition>? Partitions => null;

    public IReadOnlyList<RangeRows>? Rows => null;

    public async ValueTask StoreAsync(long first, long row, CancellationToken cancellationToken)
    {
        _first = first;
        await Writer.FlushAsync(cancellationToken);
        await MoveAsync(row, isEnd: false, cancellationToken);
    }

    public async Task FinishAsync(long first, long row, CancellationToken cancellationToken)
    {
        _first = first;
        await Writer.CompleteAsync(cancellationToken);
        await MoveAsync(row, isEnd: true, cancellationToken);
        if (!_stager.IsEmpty) _lastRows.Add(row);
        await _stager.FinishAsync(cancellationToken);
        if (_parquet is null) return;
        await _folder.GetPart(Parts.BuildFooterName(_task.Start, first))
            .UploadAsync(new BinaryData(_parquet.Footer), overwrite: true, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stager.DisposeAsync();
        await Writer.DisposeAsync();
    }

    private ValueTask MoveAsync(long row, bool isEnd, CancellationToken cancellationToken)
    {
        var written = Writer.PendingPieces;
        foreach (var piece in _parquet?.Take(written, isEnd) ?? written) _stager.Write(piece.Span);
        Writer.Clear();
        if (!_stager.IsFull) return ValueTask.CompletedTask;
        _lastRows.Add(row);
        return _stager.SendFullAsync(cancellationToken);
    }
}
