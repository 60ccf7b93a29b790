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

    // A Parquet file is read by row groups: few and large ones.
    private const int ParquetBytes = 16 << 20;

    private readonly IRecordWriter _writer;
    private readonly ParquetPart? _parquet;
    private readonly RejectWriter _rejects;
    private readonly BlockStager _clean;
    private readonly JobFolder _folder;
    private readonly RangeTask _task;
    private readonly CsvPlan _plan;
    private readonly DuplicateCursor? _duplicates;
    private readonly RangeLoad? _load;
    private readonly int _writerBytes;
    private readonly List<long> _lastRows = [];
    private long _first = -1;
    private long _row;

    // The record at hand was read, and it is not known yet whether it repeats a key.
    private bool _waits;
    private BlockStager? _rejectPart;

    public RangeOutput(JobFolder folder, CsvPlan plan, TableSchema schema, RangeTask task, DuplicateCursor? duplicates, RangeLoad? load)
    {
        _folder = folder;
        _task = task;
        _plan = plan;
        _duplicates = duplicates;
        _load = load;
        _rejects = new RejectWriter(schema);
        _writer = RecordWriters.CreateWritten(schema.Written, plan.Output);
        if (load is not null) _writer = new TeeRecordWriter(_writer, load.Writer);
        _writer = RecordWriters.Project(schema, _writer);
        _parquet = plan.Output == CsvOutput.Parquet ? new ParquetPart() : null;
        _writerBytes = plan.Output == CsvOutput.Parquet ? ParquetBytes : TextBytes;
        var expected = Math.Min(task.End - task.Start, plan.Size);
        _clean = new BlockStager(
            folder.Output(Outputs.CleanName(plan)), n => BlockIds.OfRange(task.Start, _first, n), plan.BlockBytes, expected * 2,
            plan.Proof, plan.Compression);
    }

    /// <summary>The position of the first record.</summary>
    public long FirstRecord { get; private set; }

    /// <summary>Blocks staged.</summary>
    public int Blocks => _clean.Blocks;

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
            if (!cleaner.TryClean(record, _writer, _duplicates?.KeyAt(feed.Position) ?? -1, out var fault)) _rejects.Write(record, fault);
            if (_writer.Buffered < _writerBytes && _rejects.Buffered < TextBytes && !(_load?.Writer.Buffered >= TextBytes)) continue;
            _row = record.Row;
            return true;
        }

        return false;
    }

    /// <summary>Moves full buffers on.</summary>
    public async ValueTask StoreAsync(CancellationToken cancellationToken)
    {
        if (_writer.Buffered >= _writerBytes)
        {
            await _writer.FlushAsync(cancellationToken);
            await MoveAsync(isEnd: false, cancellationToken);
        }

        if (_load?.Writer.Buffered >= TextBytes) await _load.StoreAsync(_first, cancellationToken);
        if (_rejects.Buffered >= TextBytes) await MoveRejectsAsync(cancellationToken);
        if (_waits) await _duplicates!.FillAsync(cancellationToken);
    }

    /// <summary>Stages the rest. The statistics come last: with them the range is whole.</summary>
    public async Task FinishAsync(
        long first, RecordCleaner cleaner, IReadOnlyList<FileSegment>? files, CancellationToken cancellationToken)
    {
        _row = cleaner.Accepted + cleaner.Rejected;
        if (cleaner.Accepted > 0)
        {
            await _writer.CompleteAsync(cancellationToken);
            await MoveAsync(isEnd: true, cancellationToken);
            if (!_clean.IsEmpty) _lastRows.Add(_row);
            await _clean.FinishAsync(cancellationToken);
            if (_parquet is not null)
            {
                await _folder.Part(Parts.Footer(_task.Start, first))
                    .UploadAsync(new BinaryData(_parquet.Footer), overwrite: true, cancellationToken);
            }
        }

        if (cleaner.Rejected > 0)
        {
            await MoveRejectsAsync(cancellationToken);
            await _rejectPart!.CommitAsync(cancellationToken);
        }

        if (cleaner.Accepted + cleaner.Rejected == 0 && files is null) return;
        var blocks = _lastRows.Zip(_clean.Proofs, (row, proof) => new RangeBlock(row, proof));
        await new RangeFacts([.. blocks], JsonSerializer.Deserialize<JsonElement>(cleaner.Statistics().ToJson()), files)
            .SaveAsync(_folder, _task.Start, first, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _clean.DisposeAsync();
        if (_rejectPart is not null) await _rejectPart.DisposeAsync();
        await _writer.DisposeAsync();
    }

    private bool IsRefused(in CsvRecord record, RecordCleaner cleaner)
    {
        _load!.Writer.Row = record.Row;
        if (_load.Refusal(record.Row) is not { } refusal) return false;
        var fault = new RecordFault(refusal.Field, ErrorCodes.DatabaseConstraint, refusal.Message);
        cleaner.Refuse(record, fault);
        _rejects.Write(record, fault);
        return true;
    }

    private ValueTask MoveAsync(bool isEnd, CancellationToken cancellationToken)
    {
        var written = _writer.Pending;
        _clean.Write((_parquet?.Take(written, isEnd) ?? written).Span);
        _writer.Clear();
        if (!_clean.IsFull) return ValueTask.CompletedTask;
        _lastRows.Add(_row);
        return _clean.SendFullAsync(cancellationToken);
    }

    private ValueTask MoveRejectsAsync(CancellationToken cancellationToken)
    {
        // Named by the first record, like all that a range writes: a reading from a wrong position must not be taken for it.
        _rejectPart ??= new BlockStager(
            _folder.BlockPart(Parts.Rejects(_task.Start, _first)), n => BlockIds.OfRange(
                _task.Start, _first, n), _plan.BlockBytes, expectedBytes: 0);
        _rejectPart.Write(_rejects.Pending.Span);
        _rejects.Clear();
        return _rejectPart.IsFull ? _rejectPart.SendFullAsync(cancellationToken) : ValueTask.CompletedTask;
    }
}
