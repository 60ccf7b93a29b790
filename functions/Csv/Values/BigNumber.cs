using System.Globalization;
using System.Numerics;
using System.Text;

namespace Serverless.Csv.Values;

/// <summary>An exact decimal number: <c>Mantissa / 10^Scale</c>.</summary>
internal readonly record struct BigNumber(BigInteger Mantissa, int Scale)
{
    /// <summary>Past this many significant digits a number is compared, but no longer summed.</summary>
    public const int MaxDigits = 1_000;

    private const int MaxScale = 1_500;
    private const int ExponentClamp = 500_000_000;

    /// <summary>Few enough digits, near enough to one: sums with it stay small.</summary>
    public bool IsMeasurable => Math.Abs(Scale) <= MaxScale && DigitCount(Mantissa) <= MaxDigits;

    /// <summary>
    /// Reads canonical number text: digits, an optional fraction, an optional exponent, in whatever case and with whatever sign.
    /// </summary>
    /// <remarks>
    /// Of a longer number the first digits are kept, and one more that says whether anything follows: its order is exact.
    /// </remarks>
    public static BigNumber Parse(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        if (negative) text = text[1..];
        var exponent = 0L;
        var e = text.IndexOfAny((byte)'e', (byte)'E');
        if (e >= 0)
        {
            exponent = ParseExponent(text[(e + 1)..]);
            text = text[..e];
        }

        var digits = new StringBuilder(Math.Min(text.Length, MaxDigits + 2));
        var sticky = false;
        var scale = -exponent;
        var fraction = false;
        foreach (var c in text)
        {
            if (c == '.')
            {
                fraction = true;
                continue;
            }

            if (digits.Length <= MaxDigits)
            {
                if (digits.Length > 0 || c != '0') digits.Append((char)c);
                if (fraction) scale++;
            }
            else
            {
                sticky |= c != '0';
                if (!fraction) scale--;
            }
        }

        if (sticky)
        {
            digits.Append('1');
            scale++;
        }

        if (digits.Length == 0) return default;
        var mantissa = BigInteger.Parse(digits.ToString(), NumberStyles.None, CultureInfo.InvariantCulture);
        return new(negative ? -mantissa : mantissa, (int)Math.Clamp(scale, -ExponentClamp, ExponentClamp));
    }

    public static int Compare(in BigNumber left, in BigNumber right)
    {
        if (left.Mantissa.Sign != right.Mantissa.Sign || left.Mantissa.IsZero) return left.Mantissa.Sign.CompareTo(right.Mantissa.Sign);
        if (left.Scale == right.Scale) return left.Mantissa.CompareTo(right.Mantissa);

        // Powers of ten are only multiplied out between numbers of the same magnitude: 1e999999999 must not hang anything.
        var magnitude = (DigitCount(left.Mantissa) - left.Scale).CompareTo(DigitCount(right.Mantissa) - right.Scale);
        if (magnitude != 0) return left.Mantissa.Sign > 0 ? magnitude : -magnitude;

        return left.Scale < right.Scale
            ? (left.Mantissa * BigInteger.Pow(10, right.Scale - left.Scale)).CompareTo(right.Mantissa)
            : left.Mantissa.CompareTo(right.Mantissa * BigInteger.Pow(10, left.Scale - right.Scale));
    }

    public static BigNumber Add(in BigNumber left, in BigNumber right)
    {
        var scale = Math.Max(left.Scale, right.Scale);
        return new(
            left.Mantissa * BigInteger.Pow(10, scale - left.Scale) + right.Mantissa * BigInteger.Pow(10, scale - right.Scale), scale);
    }

    /// <summary>The same number without zeros at its end: one form whatever it was added from.</summary>
    public BigNumber Normalize()
    {
        if (Mantissa.IsZero) return default;
        var (mantissa, scale) = (Mantissa, Scale);
        while (scale > 0)
        {
            var (quotient, remainder) = BigInteger.DivRem(mantissa, 10);
            if (!remainder.IsZero) break;
            (mantissa, scale) = (quotient, scale - 1);
        }

        return new(mantissa, scale);
    }

    /// <summary>Plain decimal text where it is short, else with an exponent.</summary>
    public override string ToString()
    {
        var digits = BigInteger.Abs(Mantissa).ToString(CultureInfo.InvariantCulture);
        var sign = Mantissa.Sign < 0 ? "-" : "";
        if (Scale == 0) return sign + digits;
        if (Scale is < 0 or > 40) return string.Create(CultureInfo.InvariantCulture, $"{sign}{digits}e{-Scale}");
        digits = digits.PadLeft(Scale + 1, '0');
        return $"{sign}{digits[..^Scale]}.{digits[^Scale..]}";
    }

    /// <summary>The nearest double to this number divided by a count; null where no double holds it.</summary>
    public double? Divide(long count)
    {
        // Twenty more digits than a double holds, then one rounding by the parser.
        var numerator = Mantissa;
        var denominator = new BigInteger(count);
        var extra = Math.Max(0, 40 - DigitCount(numerator) + DigitCount(denominator));
        var quotient = numerator * BigInteger.Pow(10, extra) / denominator;
        var mean = double.Parse(
            string.Create(CultureInfo.InvariantCulture, $"{quotient}e{-(Scale + extra)}"), CultureInfo.InvariantCulture);
        return double.IsFinite(mean) ? mean : null;
    }

    private static int DigitCount(BigInteger value)
    {
        value = BigInteger.Abs(value);
        if (value.IsZero) return 1;
        var estimate = Math.Max(0, (int)((value.GetBitLength() - 1) * 0.30102999566398120));
        return value >= BigInteger.Pow(10, estimate) ? (value >= BigInteger.Pow(10, estimate + 1) ? estimate + 2 : estimate + 1) : estimate;
    }

    private static int ParseExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        if (negative || text[0] == '+') text = text[1..];
        var value = 0L;
        foreach (var c in text) value = Math.Min(ExponentClamp, value * 10 + (c - '0'));
        return (int)(negative ? -value : value);
    }
}
