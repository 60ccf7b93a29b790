using Serverless.CsvParsing.Encodings;

namespace Serverless.CsvParsing;

/// <summary>The automaton of dialects that have an escape, comments, no quote or a longer delimiter: one special byte at a time.</summary>
/// <remarks>
/// An escape means the same in every state, or is at work between quotes only and spares line ends; so a line end that is not escaped
/// still leaves one state only between quotes, and a runaway can be followed as in the common dialect.
/// </remarks>
internal sealed partial class CsvRecordReader
{
    private readonly RareDialect? _rare;

    /// <summary>The comment lines passed over so far.</summary>
    public long Comments { get; private set; }

    private bool ScanRare(RareDialect rare, long lastStart)
    {
        if (!PassComments(rare, lastStart)) return false;

        while (true)
        {
            var hop = _buffer.Bytes.AsSpan(_scan, _buffer.End - _scan).IndexOfAny(rare.Special);
            _scan = hop < 0 ? _buffer.End : _scan + hop;
            if (hop < 0) return FinishAtBufferEnd();
            if (_buffer.End - _scan < rare.Lookahead && !_atEnd)
                return _scan - _start > _limits.MaxRecordBytes && CutBackRunaway(_scan, hasEnded: false);

            var index = _scan;
            var rest = _buffer.Bytes.AsSpan(index, _buffer.End - index);
            var isLineEnd = rest[0] is (byte)'\r' or (byte)'\n';
            if (rare.MeasureEscape(rest, _state == FieldState.Quoted) is var escaped and > 0)
            {
                if (rest[1] is (byte)'\r' or (byte)'\n') _lineEnds++;
                _escaped = true;
                _scan += escaped;
            }
            else if (_state == FieldState.Quoted)
            {
                _scan += isLineEnd && rest.StartsWith("\r\n"u8) ? 2 : 1;
                if (isLineEnd && _lineEnds++ == 0 && MeetsRunaway(index)) return FollowRunaway(index);
                if (rest[0] != rare.Quote || !rare.HasQuote) continue;
                _state = FieldState.Closed;
                _closedAt = index - _start;
            }
            else if (isLineEnd)
            {
                EndField(index, index + 1);
                return FinishAtLineEnd(index, 0, 0, _fieldCount);
            }
            else if (rest.StartsWith(rare.Delimiter))
            {
                EndField(index, index + rare.Delimiter.Length);
            }
            else
            {
                if (rest[0] == rare.Quote && rare.HasQuote) MeetQuote(rare, index);
                _scan++;
            }
        }
    }

    private void MeetQuote(RareDialect rare, int index)
    {
        if (_state == FieldState.Bare && (index == _start + _fieldStart || (rare.SkipInitialSpace && IsBlankUntil(index))))
        {
            _state = FieldState.Quoted;
            _fieldStart = index - _start;
        }
        else if (_state == FieldState.Closed && rare.DoubleQuote && index - _start == _closedAt + 1)
        {
            _state = FieldState.Quoted;
            _escaped = true;
        }
    }

    private bool IsBlankUntil(int index) =>
        _buffer.Bytes.AsSpan(_start + _fieldStart, index - _start - _fieldStart).IndexOfAnyExcept((byte)' ') < 0;

    private void EndField(int end, int next)
    {
        _fieldCount = AddField(_state, _start + _fieldStart, end, _fieldCount);
        _state = FieldState.Bare;
        _escaped = false;
        _fieldStart = next - _start;
        _scan = next;
    }

    private FieldSlice RareBareField(RareDialect rare, int start, int end)
    {
        if (rare.SkipInitialSpace)
            start += _buffer.Bytes.AsSpan(_start + start, end - start).IndexOfAnyExcept((byte)' ') is var text and >= 0
                ? text : end - start;
        return new FieldSlice(start, end - start, _escaped ? FieldQuoting.BareEscaped : FieldQuoting.None);
    }

    /// <summary>
    /// Passes over the comment lines at a record's start. False: more of the input is needed, or they reach beyond the last start.
    /// </summary>
    private bool PassComments(RareDialect rare, long lastStart)
    {
        while (NextPosition <= lastStart)
        {
            if (_scan > _start || rare.Comment.Length == 0) return true;

            var rest = _buffer.Bytes.AsSpan(_start, _buffer.End - _start);
            var known = Math.Min(rest.Length, rare.Comment.Length);
            if (!rest[..known].SequenceEqual(rare.Comment.AsSpan(0, known))) return true;
            if (known < rare.Comment.Length) return _atEnd;

            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            if ((end < 0 ? rest.Length : end) > _limits.MaxRecordBytes) throw LineTooLong();
            if (!_atEnd && (end < 0 || (rest[end] == '\r' && end + 1 == rest.Length))) return false;
            if (rare.IsRecord(end < 0 ? rest : rest[..end])) return true;

            var next = end < 0 ? _buffer.End : AfterLineEnd(_start + end);
            NextPosition += RawLength.Of(_buffer.Bytes.AsSpan(_start, next - _start), _encoding);
            NextLine++;
            Comments++;
            _start = _scan = next;
        }

        return false;
    }
}
