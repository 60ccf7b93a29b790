using System.Globalization;

namespace Serverless.Csv.Inference;

/// <summary>The form of a number, as far as its text alone tells.</summary>
/// <param name="Unit">What stands beside it; empty for nothing.</param>
/// <param name="Group">What stands between its groups of three digits; NUL for nothing.</param>
/// <param name="Decimal">What certainly stands before its decimals; NUL for nothing.</param>
/// <param name="Unclear">A comma or a full stop that may be either, as in <c>1,234</c>.</param>
/// <param name="Trait">What else is to be known of it.</param>
internal readonly record struct NumberShape(string Unit, char Group, char Decimal, char Unclear, NumberTrait Trait)
{
    private const int MaxTextLength = 64;
    private const int GroupDigits = 3;
    private const string Groups = ".,'’ \u00A0\u2009\u202F";

    /// <summary>False: the text is no number in any notation.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out NumberShape shape)
    {
        shape = default;
        if (text is ['(', .., ')'] && TryRead(text[1..^1], out shape))
        {
            shape = shape with { Trait = NumberTrait.InBrackets };
            return true;
        }

        var sign = TakeSign(ref text);
        var unit = NumberUnits.TakeFirst(ref text);
        if (unit.Length > 0 && sign == '\0') sign = TakeSign(ref text);
        if (unit.Length == 0) unit = NumberUnits.TakeLast(ref text);
        if (text.IsEmpty || (unit.Length > 0 && text.Length > MaxTextLength)) return false;
        if (!TryReadDigits(text, out shape)) return false;

        shape = shape with { Unit = unit };
        if (sign == '+') shape = shape with { Trait = NumberTrait.PlusSign };
        else if (sign == '-' && shape is { Decimal: '\0', Trait: NumberTrait.None } && !text.ContainsAnyExcept('0'))
            shape = shape with { Trait = NumberTrait.NegativeZero };
        return unit.Length == 0 || shape.Trait != NumberTrait.Exponent;
    }

    /// <summary>True when such a number is read with this notation, and nothing of it lost.</summary>
    public bool Fits(string unit, char point, char group) =>
        Trait is NumberTrait.None or NumberTrait.Long or NumberTrait.Exponent && Unit == unit
        && (Decimal == '\0' || Decimal == point) && (Group == '\0' || Group == group)
            && (Unclear == '\0' || Unclear == point || Unclear == group)
        && (Trait != NumberTrait.Exponent || point == '.');

    private static char TakeSign(ref ReadOnlySpan<char> text)
    {
        if (text is not ['-' or '+', ..]) return '\0';
        var sign = text[0];
        text = text[1..];
        return sign;
    }

    private static bool TryReadDigits(ReadOnlySpan<char> text, out NumberShape shape)
    {
        shape = new("", '\0', '\0', '\0', NumberTrait.None);
        var first = Digits(text);
        if (first == text.Length) return TryReadWhole(text, ref shape);
        if (text.Length > MaxTextLength) return false;
        if ((text[first] | 0x20) == 'e')
            return first > 0 && IsExponent(text[first..], hasFraction: false) && SetExponent(text, first, ref shape);

        var mark = text[first];
        if (!Groups.Contains(mark)) return false;
        var rest = text[(first + 1)..];
        var next = Digits(rest);
        if (next == rest.Length) return TryReadOneMark(text, first, mark, next, ref shape);
        if (mark == '.' && (rest[next] | 0x20) == 'e')
            return first > 0 && next > 0 && IsExponent(rest[next..], hasFraction: true) && SetExponent(text, first, ref shape);
        return TryReadGroups(text, first, mark, ref shape);
    }

    private static bool TryReadWhole(ReadOnlySpan<char> digits, ref NumberShape shape)
    {
        if (digits.Length > 1 && digits[0] == '0') shape = shape with { Trait = NumberTrait.LeadingZeros };
        else if (digits.Length > 18 && !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            shape = shape with { Trait = NumberTrait.Long };
        return true;
    }

    private static bool TryReadOneMark(ReadOnlySpan<char> text, int first, char mark, int after, ref NumberShape shape)
    {
        if (after == 0) return false;
        var isGroup = after == GroupDigits && first is > 0 and <= GroupDigits;
        if (mark is not ('.' or ',')) shape = shape with { Group = mark };
        else if (isGroup && text[0] != '0') shape = shape with { Unclear = mark };
        else shape = shape with { Decimal = mark };
        if (shape.Group != '\0' && !isGroup) return false;
        if (first > 1 && text[0] == '0') shape = shape with { Trait = NumberTrait.LeadingZeros };
        return true;
    }

    private static bool TryReadGroups(ReadOnlySpan<char> text, int first, char mark, ref NumberShape shape)
    {
        if (first is 0 or > GroupDigits) return false;
        shape = shape with { Group = mark };
        if (text[0] == '0' && (first > 1 || mark is '.' or ',')) shape = shape with { Trait = NumberTrait.LeadingZeros };
        for (var rest = text[first..]; !rest.IsEmpty;)
        {
            var digits = Digits(rest[1..]);
            if (rest[0] == mark && digits != GroupDigits) return false;
            if (rest[0] != mark)
            {
                if (rest[0] is not ('.' or ',') || digits == 0 || digits + 1 != rest.Length) return false;
                shape = shape with { Decimal = rest[0] };
            }

            rest = rest[(1 + digits)..];
        }

        return true;
    }

    private static bool SetExponent(ReadOnlySpan<char> text, int first, ref NumberShape shape)
    {
        shape = shape with { Trait = first > 1 && text[0] == '0' ? NumberTrait.LeadingZeros : NumberTrait.Exponent };
        return true;
    }

    // "12E5" can be a code; a sign or a fraction makes it a number.
    private static bool IsExponent(ReadOnlySpan<char> text, bool hasFraction)
    {
        var signed = text.Length > 1 && text[1] is '+' or '-';
        var digits = text[(signed ? 2 : 1)..];
        return (signed || hasFraction) && !digits.IsEmpty && Digits(digits) == digits.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }
}

/// <summary>The traits that keep a number from being one like the others.</summary>
internal enum NumberTrait : byte
{
    None,

    /// <summary>An exponent, which is written as it stands.</summary>
    Exponent,

    /// <summary>An integer beyond 64 bits.</summary>
    Long,

    LeadingZeros,
    PlusSign,
    NegativeZero,

    /// <summary>Minus, as accountants write it, which a schema cannot say.</summary>
    InBrackets,
}
