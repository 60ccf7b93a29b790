using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.Csv.Parsing;

public sealed partial class CsvRecordReader
{
    private readonly byte _delimiter;
    private readonly byte _quote;
    private readonly SpecialBytes _special;

    // Where the scan stands between two calls: indexes into the buffer...
    private int _scan;
    private int _maskAt;
    private ulong _mask;

    // ...and offsets from the record's start, which outlive a move of the buffer.
    private FieldState _state;
    private int _fieldStart;
    private int _closedAt;
    private bool _escaped;
    private int _lineEnds;

    private enum FieldState
    {
        Bare,
        Quoted,
        Closed,
    }

    /// <summary>Runs the automaton to the record's end; false if that is not in the buffer.</summary>
    private bool Scan()
    {
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(_buffer.Bytes);
        var end = _buffer.End;
        var start = _start;
        var state = _state;
        var fieldStart = start + _fieldStart;
        var mask = _mask;
        var maskAt = _maskAt;
        var fields = _fields;
        var room = Math.Min(fields.Length, _limits.MaxFields);
        var count = _fieldCount;

        while (true)
        {
            while (mask != 0)
            {
                var index = maskAt + BitOperations.TrailingZeroCount(mask);
                var value = Unsafe.Add(ref bytes, index);
                if (state == FieldState.Quoted)
                {
                    if (value == _quote)
                    {
                        state = FieldState.Closed;
                        _closedAt = index - start;
                    }
                    else if (value == '\r' || (value == '\n' && Unsafe.Add(ref bytes, index - 1) != '\r'))
                    {
                        _lineEnds++;
                    }
                }
                else if (value == _quote)
                {
                    // Elsewhere in a field it is a character like any other.
                    if (index == fieldStart)
                    {
                        state = FieldState.Quoted;
                        _escaped = false;
                    }
                    else if (state == FieldState.Closed && index - start == _closedAt + 1)
                    {
                        state = FieldState.Quoted;
                        _escaped = true;
                    }
                }
                else
                {
                    var lineEnd = value != _delimiter;
                    if (lineEnd && value == '\r' && index + 1 == end && !_atEnd) return Pause(state, fieldStart, mask, maskAt, count);
                    if (lineEnd && index - start > _limits.MaxRecordBytes) return CutBack(start + _limits.MaxRecordBytes, fieldStart, count);

                    if (count >= room)
                    {
                        if (count >= _limits.MaxFields) return CutBack(Math.Min(index, start + _limits.MaxRecordBytes), fieldStart, count);
                        fields = GrowFields();
                        room = Math.Min(fields.Length, _limits.MaxFields);
                    }

                    fields[count++] = state == FieldState.Bare
                        ? new FieldSlice(fieldStart - start, index - fieldStart, FieldQuoting.None)
                        : QuotedField(fieldStart - start, index - start);
                    state = FieldState.Bare;
                    fieldStart = index + 1;

                    if (lineEnd)
                    {
                        _fieldCount = count;
                        return Finish(index, mask & (mask - 1), maskAt);
                    }
                }

                mask &= mask - 1;
            }

            if (_scan >= end) break;
            mask = _special.Find(ref Unsafe.Add(ref bytes, _scan));
            maskAt = _scan;
            _scan += SpecialBytes.BlockSize;
            if (_scan > end)
            {
                mask &= (1UL << (end - maskAt)) - 1;
                _scan = end;
            }
        }

        return end - start > _limits.MaxRecordBytes ? CutBack(start + _limits.MaxRecordBytes, fieldStart, count)
            : _atEnd ? FinishLast(state, fieldStart, count)
            : Pause(state, fieldStart, 0, maskAt, count);
    }

    private bool Pause(FieldState state, int fieldStart, ulong mask, int maskAt, int count)
    {
        _state = state;
        _fieldStart = fieldStart - _start;
        _mask = mask;
        _maskAt = maskAt;
        _fieldCount = count;
        return false;
    }

    private bool Finish(int index, ulong mask, int maskAt)
    {
        var next = index + 1;
        if (_buffer.Bytes[index] == '\r' && next < _buffer.End && _buffer.Bytes[next] == '\n')
        {
            // The LF is the next bit of this block, or the first byte of one that is not loaded.
            if (next < _scan) mask &= mask - 1;
            else _scan++;
            next++;
        }

        _mask = mask;
        _maskAt = maskAt;
        return Complete(index, next);
    }

    private bool FinishLast(FieldState state, int fieldStart, int count)
    {
        var end = _buffer.End;
        if (_start == end) return Pause(state, fieldStart, 0, end, count);
        if (state == FieldState.Quoted) return CutBack(end, fieldStart, count);

        if (count >= _limits.MaxFields) return CutBack(end, fieldStart, count);
        if (count == _fields.Length) GrowFields();
        _fields[count] = state == FieldState.Bare
            ? new FieldSlice(fieldStart - _start, end - fieldStart, FieldQuoting.None)
            : QuotedField(fieldStart - _start, end - _start);
        _fieldCount = count + 1;
        _mask = 0;
        return Complete(end, end);
    }

    private FieldSlice QuotedField(int start, int end) => _closedAt == end - 1
        ? new FieldSlice(start + 1, _closedAt - start - 1, _escaped ? FieldQuoting.Escaped : FieldQuoting.Quoted)
        : new FieldSlice(start + 1, end - start - 1, FieldQuoting.Escaped);

    /// <summary>Makes the record its first line, which must end before <paramref name="limit"/> unless the input does.</summary>
    private bool CutBack(int limit, int fieldStart, int count)
    {
        var lineEnd = _buffer.Bytes.AsSpan(_start, limit - _start).IndexOfAny((byte)'\r', (byte)'\n');
        var isLast = lineEnd < 0 && _atEnd && limit == _buffer.End && count < _limits.MaxFields;
        if (lineEnd < 0 && !isLast) throw LineTooLong();

        // A line end that is not the record's lies in a quoted field: that one is cut.
        var length = isLast ? limit - _start : lineEnd;
        var cut = 0;
        while (cut < count && _fields[cut].Start + _fields[cut].Length <= length) cut++;
        var fieldAt = cut < count ? _fields[cut].Start : fieldStart - _start + 1;
        var escaped = _buffer.Bytes.AsSpan(_start + fieldAt, length - fieldAt).Contains(_quote);
        if (cut == _fields.Length) GrowFields();
        _fields[cut] = new FieldSlice(fieldAt, length - fieldAt, escaped ? FieldQuoting.Escaped : FieldQuoting.Quoted);
        _fieldCount = cut + 1;

        _unclosed = true;
        _lineEnds = 0;
        _mask = 0;
        _scan = isLast ? limit : AfterLineEnd(_start + length);
        return Complete(_start + length, _scan);
    }

    private FieldSlice[] GrowFields()
    {
        Array.Resize(ref _fields, _fields.Length * 2);
        return _fields;
    }

    private CsvFormatException LineTooLong() => new(
        $"The line that starts at byte {NextPosition} is over {_limits.MaxRecordBytes} bytes or {_limits.MaxFields} fields long: is it a CSV file with this delimiter, quote and encoding?",
        NextPosition);
}
