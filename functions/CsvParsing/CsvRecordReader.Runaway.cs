namespace Serverless.CsvParsing;

/// <summary>The handling of a record that does not end.</summary>
/// <remarks>
/// After such a record is cut back to its first line, the next line may open a quote that runs just as far, and so on for millions
/// of lines. At a line end inside quotes the automaton has one state only, so a record that passes one which the runaway passed goes
/// on exactly as that did: it continues where the runaway was left, and every byte is looked at a bounded number of times.
/// </remarks>
internal sealed partial class CsvRecordReader
{
    private Runaway _runaway;
    private Followed? _followed;

    /// <summary>
    /// The stretch that a record was followed over, as indexes into the buffer: no record end was met before <see cref="End"/>.
    /// </summary>
    /// <param name="End">Where the automaton stands.</param>
    /// <param name="HasEnded">The record ends there, which was too far.</param>
    private readonly record struct Runaway(int End, bool HasEnded, FieldState State, int FieldStart, int ClosedAt)
    {
        public Runaway Move(int by) =>
            by >= End ? default : this with { End = End - by, FieldStart = FieldStart - by, ClosedAt = ClosedAt - by };
    }

    /// <summary>The record's own state at its first line end, from where on the runaway is followed.</summary>
    private sealed record Followed(int FieldStart, int FieldCount);

    private bool MeetsRunaway(int lineEnd) =>
        lineEnd < _runaway.End && (!_runaway.HasEnded || _runaway.End - _start > _limits.MaxRecordBytes);

    private bool FollowRunaway(int lineEnd)
    {
        _followed = new Followed(_fieldStart, _fieldCount);
        if (_runaway.End - _start > _limits.MaxRecordBytes) return CutBack(Math.Min(lineEnd + 1, _start + _limits.MaxRecordBytes));

        _state = _runaway.State;
        _fieldStart = _runaway.FieldStart - _start;
        _closedAt = _runaway.ClosedAt - _start;
        _mask = 0;
        _scan = _runaway.End;
        return Go();
    }

    /// <summary>Reads the followed record again for its fields: it ends as a record may.</summary>
    private bool ReadAgain(int end)
    {
        _runaway = new Runaway(end, true, default, 0, 0);
        Leave(_start);
        _scan = _start;
        _mask = 0;
        return Go();
    }

    private bool CutBackRunaway(int end, bool hasEnded)
    {
        _runaway = new Runaway(end, hasEnded, _state, _start + _fieldStart, _start + _closedAt);
        return CutBack(Math.Min(end, _start + _limits.MaxRecordBytes));
    }

    /// <summary>Makes the record its first line, which must end before <paramref name="limit"/> unless the input does.</summary>
    private bool CutBack(int limit)
    {
        var lineEnd = _buffer.Bytes.AsSpan(_start, limit - _start).IndexOfAny((byte)'\r', (byte)'\n');
        var isLast = lineEnd < 0 && _atEnd && limit == _buffer.End;
        if (lineEnd < 0 && !isLast) throw LineTooLong();

        // A line end that is not the record's lies in a quoted field: that one is cut.
        var length = isLast ? limit - _start : lineEnd;
        var (fieldStart, count) = _followed is null ? (_fieldStart, _fieldCount) : (_followed.FieldStart, _followed.FieldCount);
        var cut = 0;
        while (cut < count && _fields[cut].Start + _fields[cut].Length <= length) cut++;
        var opens = fieldStart < length && _buffer.Bytes[_start + fieldStart] == _quote ? 1 : 0;
        var fieldAt = cut < count ? _fields[cut].Start : fieldStart + opens;
        var isEscaped = _buffer.Bytes.AsSpan(_start + fieldAt, length - fieldAt).Contains(_quote);
        if (cut == _limits.MaxFields) cut--;
        if (cut == _fields.Length) Array.Resize(ref _fields, cut * 2);
        _fields[cut] = new FieldSlice(fieldAt, length - fieldAt, isEscaped ? FieldQuoting.Escaped : FieldQuoting.Quoted);
        _fieldCount = cut + 1;

        _unclosed = true;
        _lineEnds = 0;
        _mask = 0;
        _scan = isLast ? limit : AfterLineEnd(_start + length);
        return Complete(_start + length, _scan);
    }

    private CsvFormatException LineTooLong() => new(
        $"The line that starts at byte {NextPosition} is over {_limits.MaxRecordBytes} bytes long: is it a CSV file with this encoding?",
        NextPosition);
}
