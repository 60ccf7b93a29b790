using System.Buffers.Binary;
using System.Buffers.Text;
using Serverless.Csv.Output;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Encodes decimal text as PostgreSQL's numeric: groups of four decimal digits, aligned at the decimal point (numeric_send in
/// https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c).
/// </summary>
internal static class CopyNumeric
{
    private const int GroupDigits = 4;
    private const ushort Negative = 0x4000;

    // https://www.postgresql.org/docs/current/datatype-numeric.html: 131,072 digits before and 16,383 behind the point.
    private const int MaxWhole = 131_072;
    private const int MaxScale = 16_383;

    /// <summary>Appends a number.</summary>
    /// <param name="buffer">Where it goes.</param>
    /// <param name="text">As <see cref="RecordWriter.WriteNumber"/> has it.</param>
    /// <returns>False, and nothing of use appended: the database holds no such number.</returns>
    public static bool TryWrite(PendingBuffer buffer, ReadOnlySpan<byte> text)
    {
        if (Special(text) is { } special)
        {
            WriteHead(buffer, 0, 0, special, 0);
            return true;
        }

        var sign = (ushort)0;
        if (text[0] == '-')
        {
            sign = Negative;
            text = text[1..];
        }

        var exponent = 0;
        if (text.IndexOfAny((byte)'e', (byte)'E') is > 0 and var e)
        {
            var power = text[(e + 1)..];
            if (power.Length > 0 && power[0] == '+') power = power[1..];
            if (!Utf8Parser.TryParse(power, out exponent, out _) || Math.Abs((long)exponent) > 2 * MaxWhole) return false;
            text = text[..e];
        }

        var point = text.IndexOf((byte)'.');
        Span<byte> digits = text.Length <= 256 ? stackalloc byte[text.Length] : new byte[text.Length];
        var count = 0;
        foreach (var c in text)
        {
            if (c != '.') digits[count++] = (byte)(c - '0');
        }

        var whole = (point < 0 ? count : point) + exponent;
        var scale = Math.Max(0, count - whole);
        digits = digits[..count];
        while (digits.Length > 0 && digits[0] == 0)
        {
            digits = digits[1..];
            whole--;
        }

        if (whole > MaxWhole || scale > MaxScale) return false;
        if (digits.IsEmpty) WriteHead(buffer, 0, 0, 0, scale);
        else WriteGroups(buffer, digits, whole, sign, scale);
        return true;
    }

    private static void WriteGroups(PendingBuffer buffer, ReadOnlySpan<byte> digits, int whole, ushort sign, int scale)
    {
        // As many zeros before the first digit as make the point stand between two groups.
        var lead = ((-whole % GroupDigits) + GroupDigits) % GroupDigits;
        var groups = (lead + digits.Length + GroupDigits - 1) / GroupDigits;
        WriteHead(buffer, groups, ((whole + lead) / GroupDigits) - 1, sign, scale);
        for (var group = 0; group < groups; group++)
        {
            var value = 0;
            for (var i = 0; i < GroupDigits; i++)
            {
                var at = (group * GroupDigits) + i - lead;
                value = (value * 10) + (at >= 0 && at < digits.Length ? digits[at] : 0);
            }

            Append(buffer, (ushort)value);
        }
    }

    private static ushort? Special(ReadOnlySpan<byte> text) =>
        text.SequenceEqual("NaN"u8) ? 0xC000 : text.SequenceEqual("INF"u8) ? 0xD000 : text.SequenceEqual("-INF"u8) ? 0xF000 : null;

    private static void WriteHead(PendingBuffer buffer, int groups, int weight, ushort sign, int scale)
    {
        Append(buffer, (ushort)groups);
        Append(buffer, unchecked((ushort)weight));
        Append(buffer, sign);
        Append(buffer, (ushort)scale);
    }

    private static void Append(PendingBuffer buffer, ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(buffer.GetSpan(sizeof(ushort)), value);
        buffer.Advance(sizeof(ushort));
    }
}
