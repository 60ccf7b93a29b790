using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Serverless.CsvParsing;

internal sealed partial class CsvRecordReader
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
        var delimiter = _delimiter;
        var quote = _quote;
        var state = _state;
        var fieldStart = start + _fieldStart;
        var mask = _mask;
        var maskAt = _maskAt;
        var fields = _fields;
        var count = _fieldCount;

        while (true)
        {
            for (; mask != 0; mask &= mask - 1)
            {
                var index = maskAt + BitOperations.TrailingZeroCount(mask);
                var value = Unsafe.Add(ref bytes, index);
                if (state == FieldState.Bare && value == delimiter && (uint)count < (uint)fields.Length)
                {
                    fields[count++] = new FieldSlice(fieldStart - start, index - fieldStart, FieldQuoting.None);
                    fieldStart = index + 1;
                }
                else if (state == FieldState.Quoted)
                {
                    if (value == quote)
                    {
                        state = FieldState.Closed;
                        _closedAt = index - start;
                    }
                    else if (value == '\r' || (value == '\n' && Unsafe.Add(ref bytes, index - 1) != '\r'))
                    {
                        if (_lineEnds++ == 0 && MeetsRunaway(index))
                        {
                            Pause(state, fieldStart, mask & (mask - 1), maskAt, count);
                            return FollowRunaway(index);
                        }
                    }
                }
                else if (value == quote)
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
                    if (value == '\r' && index + 1 == end && !_atEnd) return Pause(state, fieldStart, mask, maskAt, count);

                    count = AddField(state, fieldStart, index, count);
                    fields = _fields;
                    state = FieldState.Bare;
                    fieldStart = index + 1;
                    if (value != delimiter) return FinishAtLineEnd(index, mask & (mask - 1), maskAt, count);
                }
            }

            if (_scan >= end) return Pause(state, fieldStart, 0, maskAt, count) || FinishAtBufferEnd();

            mask = _special.Find(ref Unsafe.Add(ref bytes, _scan));
            maskAt = _scan;
            _scan += SpecialBytes.BlockSize;
            if (_scan > end)
            {
                mask &= (1UL << (end - maskAt)) - 1;
                _scan = end;
            }
        }
    }

    /// <summary>Keeps the scan's state for the next call.</summary>
    private bool Pause(FieldState state, int fieldStart, ulong mask, int maskAt, int count)
    {
        _state = state;
        _fieldStart = fieldStart - _start;
        _mask = mask;
        _maskAt = maskAt;
        _fieldCount = count;
        return false;
    }

    private bool FinishAtLineEnd(int index, ulong mask, int maskAt, int count)
    {
        _fieldCount = count;
        if (index - _start > _limits.MaxRecordBytes) return CutBackRunaway(index, hasEnded: true);
        if (_followed is not null) return ReadAgain(index);

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

    private bool FinishAtBufferEnd()
    {
        var end = _buffer.End;
        if (end - _start > _limits.MaxRecordBytes || (_atEnd && _state == FieldState.Quoted)) return CutBackRunaway(end, hasEnded: false);
        if (!_atEnd || _start == end) return false;
        if (_followed is not null) return ReadAgain(end);

        _fieldCount = AddField(_state, _start + _fieldStart, end, _fieldCount);
        return Complete(end, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int AddField(FieldState state, int fieldStart, int end, int count)
    {
        var start = fieldStart - _start;
        if (count >= _limits.MaxFields)
        {
            // One slice for all that is left.
            count--;
            start = _fields[count].Start;
            state = FieldState.Bare;
        }

        if (count == _fields.Length) Array.Resize(ref _fields, count * 2);
        _fields[count] = state != FieldState.Bare ? QuotedField(start, end - _start)
            : _rare is not null ? RareBareField(_rare, start, end - _start)
            : new FieldSlice(start, end - _start - start, FieldQuoting.None);
        return count + 1;
    }

    private FieldSlice QuotedField(int start, int end) => _closedAt == end - 1
        ? new FieldSlice(start + 1, _closedAt - start - 1, _escaped ? FieldQuoting.Escaped : FieldQuoting.Quoted)
        : new FieldSlice(start + 1, end - start - 1, FieldQuoting.Escaped);
}
