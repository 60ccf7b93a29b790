using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>
/// Brings a number of an exact column into canonical form, if nothing is lost by that: another notation is brought into ours, but leading
/// zeros, plus signs and misplaced group characters may mean something, and make the text no number here.
/// </summary>
internal sealed class ExactNumberText(SchemaField field)
{
    private const int GroupDigits = 3;

    private readonly byte[] _decimalChar = Encoding.UTF8.GetBytes(field.DecimalChar);
    private readonly byte[] _groupChar = Encoding.UTF8.GetBytes(field.GroupChar);
    private readonly byte[] _unit = Encoding.UTF8.GetBytes(field.Unit ?? "");
    private readonly bool _fractions = field.Type == FieldType.Number;
    private readonly PendingBuffer _buffer = new(64);

    // Where the group character is a decimal character elsewhere, "0,500" is rather a half than five hundred.
    private readonly bool _leadingGroupOfZero = field.GroupChar is not ("," or ".");

    /// <returns>Empty when the text is no such number; else the canonical text, valid until the next call.</returns>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> text)
    {
        var written = text;
        if (!TakeUnit(ref text, out var negative)) return default;
        if (!negative && !text.IsEmpty && text[0] == '-')
        {
            negative = true;
            text = text[1..];
        }

        _buffer.Truncate(0);
        if (negative) _buffer.Append((byte)'-');
        if (!TakeWhole(ref text, out var digits, out var grouped)) return default;
        var hasFraction = _fractions && text.StartsWith(_decimalChar);
        if (digits == 0 && !hasFraction) return default;
        if (digits == 0) _buffer.Append((byte)'0');
        if (hasFraction)
        {
            var fraction = TakeDigits(ref text, _decimalChar.Length);
            if (fraction.IsEmpty) return default;
            _buffer.Append((byte)'.');
            _buffer.Append(fraction);
        }

        // There is no negative integer zero to write it as.
        if (!_fractions && negative && _buffer.Span.IndexOfAnyExcept((byte)'-', (byte)'0') < 0) return default;
        if (text.IsEmpty) return _buffer.Span;
        return _unit.Length == 0 && !grouped && digits > 0 && _decimalChar is [(byte)'.'] && IsExponent(text, hasFraction)
            ? written : default;
    }

    // "12E5" can be a code; "1.2e5" and "1e-05" are numbers, and are written as they stand.
    private bool IsExponent(ReadOnlySpan<byte> text, bool hasFraction)
    {
        if (!_fractions || (text[0] | 0x20) != 'e' || text.Length == 1) return false;
        var signed = text[1] is (byte)'+' or (byte)'-';
        var digits = text[(signed ? 2 : 1)..];
        return (signed || hasFraction) && !digits.IsEmpty && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    private bool TakeUnit(ref ReadOnlySpan<byte> text, out bool negative)
    {
        negative = false;
        if (_unit.Length == 0) return true;
        if (!text.IsEmpty && text[0] == '-')
        {
            negative = true;
            text = text[1..];
        }

        if (text.StartsWith(_unit)) text = Spaces.TrimStart(text[_unit.Length..]);
        else if (text.EndsWith(_unit)) text = Spaces.TrimEnd(text[..^_unit.Length]);
        else return false;
        return true;
    }

    private bool TakeWhole(ref ReadOnlySpan<byte> text, out int digits, out bool grouped)
    {
        var whole = TakeDigits(ref text, 0);
        digits = whole.Length;
        grouped = false;
        if (_groupChar.Length > 0 && digits is > 0 and <= GroupDigits && text.StartsWith(_groupChar))
            return TakeGroups(whole, ref text, ref digits, ref grouped);
        if (digits > 1 && whole[0] == '0') return false;
        _buffer.Append(whole);
        return true;
    }

    private bool TakeGroups(scoped ReadOnlySpan<byte> first, ref ReadOnlySpan<byte> text, ref int digits, ref bool grouped)
    {
        if (first[0] == '0' && (first.Length > 1 || !_leadingGroupOfZero)) return false;
        var start = _buffer.Length;
        if (first[0] != '0') _buffer.Append(first);
        while (text.StartsWith(_groupChar))
        {
            var group = TakeDigits(ref text, _groupChar.Length);
            if (group.Length != GroupDigits) return false;
            _buffer.Append(_buffer.Length == start ? group.TrimStart((byte)'0') : group);
            digits += GroupDigits;
        }

        if (_buffer.Length == start) _buffer.Append((byte)'0');
        grouped = true;
        return true;
    }

    private static ReadOnlySpan<byte> TakeDigits(ref ReadOnlySpan<byte> text, int skip)
    {
        var rest = text[skip..];
        var length = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (length < 0) length = rest.Length;
        text = rest[length..];
        return rest[..length];
    }
}
