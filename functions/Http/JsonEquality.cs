using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Serverless.Http;

/// <summary>
/// Tells whether two JSON values are the same, numbers by their value. The library's own comparison throws at exponents that no
/// <see cref="int"/> holds, which whoever sends JSON may write.
/// </summary>
internal static class JsonEquality
{
    /// <summary>True when both are the same.</summary>
    public static bool AreEqual(JsonElement one, JsonElement other)
    {
        if (one.ValueKind != other.ValueKind) return false;
        return one.ValueKind switch
        {
            JsonValueKind.Number => AreEqualNumbers(TextOf(one), TextOf(other)),
            JsonValueKind.String => one.ValueEquals(other.GetString()),
            JsonValueKind.Array => one.GetArrayLength() == other.GetArrayLength()
                && one.EnumerateArray().Zip(other.EnumerateArray()).All(pair => AreEqual(pair.First, pair.Second)),
            JsonValueKind.Object => AreEqualObjects(one, other),
            _ => true,
        };
    }

    private static bool AreEqualObjects(JsonElement one, JsonElement other)
    {
        if (one.GetPropertyCount() != other.GetPropertyCount()) return false;
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in other.EnumerateObject()) members[member.Name] = member.Value;
        return one.EnumerateObject().All(member => members.TryGetValue(member.Name, out var value) && AreEqual(member.Value, value));
    }

    // However many digits they have: what a double or a decimal would round is told apart.
    private static bool AreEqualNumbers(string one, string other) =>
        one == other || (Read(one) is { } a && Read(other) is { } b && a == b);

    /// <returns>The sign, the digits without zeros around them, and the power of ten; null when that is beyond all measure.</returns>
    private static (bool IsNegative, string Digits, long Power)? Read(string text)
    {
        var mark = text.AsSpan().IndexOfAny('e', 'E');
        var power = 0L;
        if (mark >= 0 && !long.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out power))
            return null;
        var mantissa = (mark < 0 ? text : text[..mark]).TrimStart('-');
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var digits = (point < 0 ? mantissa : mantissa.Remove(point, 1)).TrimStart('0');
        var kept = digits.TrimEnd('0');
        if (kept.Length == 0) return (false, "", 0);
        var shift = digits.Length - kept.Length - (point < 0 ? 0 : mantissa.Length - point - 1);
        return (text.StartsWith('-'), kept, unchecked(power + shift));
    }

    private static string TextOf(JsonElement number) => Encoding.ASCII.GetString(JsonMarshal.GetRawUtf8Value(number));
}
