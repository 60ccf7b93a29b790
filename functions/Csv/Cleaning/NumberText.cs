using System.Buffers.Text;
using System.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Brings number text in whatever notation the schema allows into canonical form, without ever rounding.</summary>
internal sealed class NumberText(SchemaField field)
{
    private readonly byte[] _decimalChar = Encoding.UTF8.GetBytes(field.DecimalChar);
    private readonly byte[] _groupChar = Encoding.UTF8.GetBytes(field.GroupChar);
    private readonly bool _bare = field.BareNumber;
    private readonly bool _fractions = field.Type == FieldType.Number;
    private readonly PendingBuffer _buffer = new(64);

    /// <summary>Plain digits with a full stop are canonical as they stand.</summary>
    public bool IsPlain => _decimalChar is [(byte)'.'] && _groupChar is not [(byte)'.'];

    /// <returns>Empty when the text is no number; else the canonical text, valid until the next call.</returns>
    public ReadOnlySpan<byte> Normalize(ReadOnlySpan<byte> text)
    {
        if (_fractions && IsWord(text) is { Length: > 0 } word) return word;
        if (!_bare) text = Strip(text);

        var negative = !text.IsEmpty && text[0] == '-';
        if (negative || (!text.IsEmpty && text[0] == '+')) text = text[1..];

        _buffer.Truncate(0);
        _buffer.Append((byte)'-');
        var any = TakeWhole(ref text);
        var zero = _buffer.Length == 1;
        if (zero) _buffer.Append((byte)'0');
        if (_fractions && text.StartsWith(_decimalChar)) any = TakeFraction(ref text, any, ref zero);
        if (!any) return default;
        if (_fractions && !text.IsEmpty && (text[0] | 0x20) == 'e' && !TakeExponent(ref text)) return default;
        if (!text.IsEmpty) return default;
        return negative && !zero ? _buffer.Span : _buffer.Span[1..];
    }

    private static ReadOnlySpan<byte> IsWord(ReadOnlySpan<byte> text)
    {
        if (Ascii.EqualsIgnoreCase(text, "NaN"u8)) return "NaN"u8;
        if (Ascii.EqualsIgnoreCase(text, "INF"u8)) return "INF"u8;
        return Ascii.EqualsIgnoreCase(text, "-INF"u8) ? "-INF"u8 : default;
    }

    private bool TakeWhole(ref ReadOnlySpan<byte> text)
    {
        var any = false;
        while (!text.IsEmpty)
        {
            if (char.IsAsciiDigit((char)text[0]))
            {
                any = true;
                if (_buffer.Length > 1 || text[0] != '0') _buffer.Append(text[0]);
                text = text[1..];
            }
            else if (any && _groupChar.Length > 0 && text.StartsWith(_groupChar) && text.Length > _groupChar.Length
                && char.IsAsciiDigit((char)text[_groupChar.Length]))
            {
                text = text[_groupChar.Length..];
            }
            else
            {
                break;
            }
        }

        return any;
    }

    private bool TakeFraction(ref ReadOnlySpan<byte> text, bool any, ref bool zero)
    {
        text = text[_decimalChar.Length..];
        var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits < 0) digits = text.Length;
        if (digits == 0) return any;
        _buffer.Append((byte)'.');
        _buffer.Append(text[..digits]);
        zero &= text[..digits].IndexOfAnyExcept((byte)'0') < 0;
        text = text[digits..];
        return true;
    }

    private bool TakeExponent(ref ReadOnlySpan<byte> text)
    {
        text = text[1..];
        var negative = !text.IsEmpty && text[0] == '-';
        if (negative || (!text.IsEmpty && text[0] == '+')) text = text[1..];
        if (text.IsEmpty || text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        text = text.TrimStart((byte)'0');
        if (!text.IsEmpty)
        {
            _buffer.Append((byte)'e');
            if (negative) _buffer.Append((byte)'-');
            _buffer.Append(text);
        }

        text = default;
        return true;
    }

    // A decimal character counts to the number where a digit follows: "$.5" is not five.
    private ReadOnlySpan<byte> Strip(ReadOnlySpan<byte> text)
    {
        var first = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (first < 0) return default;

        // "(5.00)" is minus five to those who write so, which the schema cannot say.
        if (text[..first].Contains((byte)'(')) return default;
        var start = first;
        if (_fractions && text[..start].EndsWith(_decimalChar)) start -= _decimalChar.Length;
        var sign = start > 0 && text[start - 1] is (byte)'-' or (byte)'+';
        if (sign) start--;
        else if (text[0] == '-') return default;
        return text[start..(text.LastIndexOfAnyInRange((byte)'0', (byte)'9') + 1)];
    }
}
