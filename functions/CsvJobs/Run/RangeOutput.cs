using System.Text.Json;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Sets;
using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Run;

/// <summary>The output of a range: blocks of the clean output, and its part blobs with rejects and statistics.</summary>
internal sealed class RangeOutput : IAsyncDisposable
{
    // Small enough to stay in the processor's cache between being written and being copied to a block.
    private const int TextBytes = 256 << 10;

    private readonly ICleanBlocks _clean;
    private readonly RecordWriter _writer;
    private readonly int _fullBytes;
    private readonly RejectWriter _rejects;
    private readonly JobFolder _folder;
    private readonly RangeTask _task;
    private readonly CsvPlan _plan;
    private readonly DuplicateCursor? _duplicates;
    private readonly RangeLoad? _load;
    private readonly PartitionWriter? _partitions;
    private readonly IReadOnlyList<DeviationCounter> _deviations;
    private long _first = -1;
    private long _row;

    // The record at hand was read, and it is not known yet whether it repeats a key.
    private bool _waits;
    private BlockStager? _rejectPart;

    public RangeOutput(
        JobFolder folder, CsvPlan plan, TableSchema schema, RangeTask task, DuplicateCursor? duplicates, RangeLoad? load,
        IReadOnlyList<DeviationCounter> deviations)
    {
        _folder = folder;
        _task = task;
        _plan = plan;
        _duplicates = duplicates;
        _load = load;
        _deviations = deviations;
        _rejects = new RejectWriter(schema);
        var writer = plan is { PartitionBy: not null, Output: CsvOutput.Parquet }
            ? new ReplayableWriter() : RecordWriters.CreateWritten(schema.Written, plan.Output);
        if (load is { IsLoaded: false }) writer = new TeeRecordWriter(writer, load.Writer);
        writer = RecordWriters.Project(schema, writer);
        _partitions = plan.PartitionBy is { } column
            ? new PartitionWriter(writer, column, schema.PlaceOf(column), PartitionBlocks.MaxPartitions) : null;
        _clean = _partitions is null
            ? new CleanBlocks(folder, plan, task, writer) : new PartitionBlocks(folder, plan, schema, task, _partitions);
        (_writer, _fullBytes) = (_clean.Writer, _clean.FullBytes);
    }

    /// <summary>The position of the first record.</summary>
    public long FirstRecord { get; private set; }

    /// <summary>Blocks staged.</summary>
    public int Blocks => _clean.Count;

    /// <summary>Bytes staged.</summary>
    public long Bytes => _clean.Bytes;

    /// <summary>Cleans what the feed holds. True: a buffer is full and is to be stored first, or one used up and to be filled.</summary>
    public bool Clean(RecordFeed feed, RecordCleaner cleaner)
    {
        while (_waits || feed.TryRead())
        {
            _waits = _duplicates is not null && !_duplicates.TryReach(feed.Position);
            if (_waits) return true;
            if (_first < 0) (_first, FirstRecord) = (feed.First, feed.Position);
            var record = feed.Current;
            if (_load is not null && IsRefused(record, cleaner)) continue;
            if (_partitions is not null) _partitions.Row = record.Row;
            var key = _duplicates?.FindKeyAt(feed.Position) ?? -1;
            if (!cleaner.TryClean(record, _writer, key, out var fault)) _rejects.Write(record, fault);
            foreach (var deviation in _deviations) deviation.Take(record.Row);
            if (_writer.Buffered < _fullBytes && _rejects.Buffered < TextBytes && !(_load?.Writer.Buffered >= TextBytes)) continue;
            _row = record.Row;
            return true;
        }

        return false;
    }

    /// <summary>Moves full buffers on.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        if (_writer.Buffered >= _fullBytes) await _clean.StoreAsync(_first, _row, cancellationToken);
        if (_load?.Writer.Buffered >= TextBytes) await _load.StoreAsync(_first, cancellationToken);
        if (_rejects.Buffered >= TextBytes) await MoveRejectsAsync(cancellationToken);
        if (_waits) await _duplicates!.FillAsync(cancellationToken);
    }

    /// <summary>Stages the rest. The statistics come last: with them the range is whole.</summary>
    public async Task FinishAsync(
        long first, RecordCleaner cleaner, IReadOnlyList<FileSegment>? files, CancellationToken cancellationToken)
    {
        _row = cleaner.Accepted + cleaner.Rejected;
        if (cleaner.Accepted > 0) await _clean.FinishAsync(_first, _row, cancellationToken);
        if (cleaner.Rejected > 0)
        {
            await MoveRejectsAsync(cancellationToken);
            await _rejectPart!.CommitAsync(cancellationToken);
        }

        if (cleaner.Accepted + cleaner.Rejected == 0 && files is null) return;
        var counted = cleaner.CreateStatistics();
        if (_deviations.Count > 0) counted = counted with { Deviations = [.. _deviations.Select(d => d.Deviation)] };
        var statistics = JsonSerializer.Deserialize<JsonElement>(counted.ToJson());
        await new RangeFacts(_clean.Blocks, statistics, files, _clean.Partitions, _clean.Rows)
            .SaveAsync(_folder, _task.Start, first, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _clean.DisposeAsync();
        if (_rejectPart is not null) await _rejectPart.DisposeAsync();
    }

    private bool IsRefused(in CsvRecord record, RecordCleaner cleaner)
    {
        _load!.Writer.Row = record.Row;
        if (_load.FindRefusal(record.Row) is not { } refusal) return false;
        var fault = new RecordFault(refusal.Field, ErrorCodes.DatabaseConstraint, refusal.Message);
        cleaner.Refuse(record, fault);
        _rejects.Write(record, fault);
        return true;
    }

    private ValueTask MoveRejectsAsync(CancellationToken cancellationToken)
    {
        // Named by the first record, like all that a range writes: a reading from a wrong position must not be taken for it.
        _rejectPart ??= new BlockStager(
            _folder.GetBlockPart(Parts.BuildRejectsName(_task.Start, _first)), n => BlockIds.OfRange(
                _task.Start, _first, n), _plan.BlockBytes);
        _rejectPart.Write(_rejects.Pending.Span);
        _rejects.Clear();
        return _rejectPart.IsFull ? _rejectPart.SendFullAsync(cancellationToken) : ValueTask.CompletedTask;
    }
}
