using Serverless.Csv.Proof;
using Serverless.CsvJobs.Sets;
using Serverless.CsvParsing;
using Serverless.CsvParsing.Encodings;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>The records of a range of several files. Positions count in all files; see <see cref="FileSet"/>.</summary>
internal sealed class FilesFeed : RecordFeed
{
    private readonly CsvPlan _plan;
    private readonly FileSet _files;
    private readonly RangeTask _task;
    private readonly Func<InputFile, IRangeSource> _open;
    private readonly ByteHash? _hash;
    private readonly List<FileSegment> _segments = [];
    private int _at;
    private long? _first;
    private long? _localStart;
    private long? _firstRecord;
    private bool _isStart = true;
    private RecordFeed? _feed;
    private long _next;
    private long _rows;
    private long _lines;
    private long _comments;
    private long _last;

    public FilesFeed(CsvPlan plan, FileSet files, RangeTask task, Func<InputFile, IRangeSource> open, ByteHash? hash = null)
    {
        (_plan, _files, _task, _open, _hash) = (plan, files, task, open, hash);
        var start = task.First ?? task.Start;
        _at = files.Find(start);
        _next = files.Settle(start);
        if (_at == files.Count || task.First is not null || start <= files[_at].Offset + files[_at].First || files[_at].IsSequential)
        {
            // Known, or told by the place of the file: nothing is to be guessed.
            _first = _next;
            _at = files.Find(_next);
            if (_at < files.Count && !files[_at].IsSequential && _next > files[_at].Offset + files[_at].First)
                (_localStart, _isStart) = (_next - files[_at].Offset, false);
            return;
        }

        _localStart = start - files[_at].Offset;
        _isStart = false;
    }

    public override CsvRecord Current
    {
        get
        {
            // Counted from the range's start, as in one file.
            var record = _feed!.Current;
            return new CsvRecord
            {
                Raw = record.Raw,
                Fields = record.Fields,
                Row = record.Row + _rows,
                Line = record.Line + _lines,
                Unclosed = record.Unclosed,
            };
        }
    }

    public override long First => _first ?? (_files[_at].Offset + _feed!.First);

    public override long Position => _feed is null ? _last : _files[_at].Offset + (_files[_at].IsSequential ? 0 : _feed.Position);

    public override long Comments => _comments + (_feed?.Comments ?? 0);

    public override IReadOnlyList<FileSegment>? Files => _segments;

    public override bool TryRead()
    {
        if (_feed is null || !_feed.TryRead()) return false;
        _firstRecord ??= _feed.Position;
        return true;
    }

    public override async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_feed is not null)
        {
            if (await _feed.FillAsync(cancellationToken)) return true;
            await LeaveAsync(cancellationToken);
        }

        for (; _at < _files.Count && _files[_at].Offset < _task.End; _at++)
        {
            if (_files[_at].Size == 0) continue;
            await EnterAsync(_files[_at], cancellationToken);
            return true;
        }

        return false;
    }

    public override (long First, long Next, long Rows, long Lines) End() => (_first ?? _next, _next, _rows, _lines);

    public override ValueTask EndHashAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => _feed?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask EnterAsync(InputFile file, CancellationToken cancellationToken)
    {
        var isGuess = _first is null;
        var start = _localStart ?? file.First;

        // A file of two-byte units may start at an odd place among all files.
        if (isGuess && file.Encoding is CsvEncoding.Utf16LittleEndian or CsvEncoding.Utf16BigEndian) start &= ~1L;
        var end = Math.Min(_task.End - file.Offset, file.Size);
        var range = _task with { ETag = file.ETag, Start = Math.Min(start, end), End = end, First = isGuess ? null : start };
        _feed = await OpenAsync(_plan.Of(file), range, _open(file), cancellationToken, _hash);
    }

    private async ValueTask LeaveAsync(CancellationToken cancellationToken)
    {
        var file = _files[_at];
        var (first, next, rows, lines) = _feed!.End();
        if (rows > 0) _last = Position;
        _first ??= _files.Settle(file.Offset + first);
        _next = _files.Settle(file.IsSequential ? file.End : file.Offset + next);
        await _feed.EndHashAsync(cancellationToken);
        _segments.Add(new FileSegment(_at, rows, lines, _isStart, Prove(file, first, next)));
        (_rows, _lines, _comments) = (_rows + rows, _lines + lines, _comments + _feed.Comments);
        await _feed.DisposeAsync();
        (_feed, _localStart, _firstRecord, _isStart) = (null, null, null, true);
        _at++;
    }

    private InputPiece? Prove(InputFile file, long first, long next)
    {
        if (_hash is null) return null;
        var piece = file.IsSequential ? new InputPiece(0, file.Size, _hash.End()) : new InputPiece(first, next, _hash.End());
        return _firstRecord is { } start ? piece with { FirstRecord = start, LastRecord = _feed!.Position } : piece;
    }
}
