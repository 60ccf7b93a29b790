using System.Buffers.Binary;
using System.Buffers.Text;
using Serverless.Csv.Output;
using Serverless.Csv.Values;

namespace Serverless.Csv.Keys;

/// <summary>Writes a key's values so that equal ones only have equal bytes: each but the last with its length before it.</summary>
internal static class KeyText
{
    private const int LengthBytes = sizeof(int);

    public static void Append(PendingBuffer key, FieldType type, ReadOnlySpan<byte> value, bool isLast)
    {
        var start = key.Length;
        if (!isLast)
        {
            key.GetSpan(LengthBytes);
            key.Advance(LengthBytes);
        }

        if (type != FieldType.Number || !TryAppendNumber(key, value)) key.Append(value);
        if (!isLast) BinaryPrimitives.WriteInt32LittleEndian(key.Span[start..], key.Length - start - LengthBytes);
    }

    // 1.50, 1.5 and 15e-1 are one number: its sign, its digits without zeros at the ends, and a power of ten.
    private static bool TryAppendNumber(PendingBuffer key, ReadOnlySpan<byte> number)
    {
        if (number[^1] is (byte)'N' or (byte)'F') return false;
        var negative = number[0] == '-';
        var mantissa = negative ? number[1..] : number;
        var power = 0L;
        if (mantissa.IndexOfAny((byte)'e', (byte)'E') is var e and >= 0)
        {
            if (!Utf8Parser.TryParse(mantissa[(e + 1)..], out power, out var read) || read != mantissa.Length - e - 1
                || Math.Abs(power) > long.MaxValue / 2) return false;
            mantissa = mantissa[..e];
        }

        var start = key.Length;
        if (negative) key.Append((byte)'-');
        var digits = key.Length;
        foreach (var c in mantissa)
        {
            if (c != '.' && (c != '0' || key.Length > digits)) key.Append(c);
        }

        if (mantissa.IndexOf((byte)'.') is var point and >= 0) power -= mantissa.Length - point - 1;
        var length = key.Length;
        while (length > digits && key.Span[length - 1] == '0') length--;
        if (length == digits)
        {
            key.Truncate(start);
            key.Append((byte)'0');
            return true;
        }

        power += key.Length - length;
        key.Truncate(length);
        key.Append((byte)'e');
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(power, text, out var written);
        key.Append(text[..written]);
        return true;
    }
}
