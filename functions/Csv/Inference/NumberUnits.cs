using System.Globalization;

namespace Serverless.Csv.Inference;

/// <summary>Currencies and per cent signs, before or after a number.</summary>
internal static class NumberUnits
{
    private const int MaxUnitLength = 5;

    private static readonly string[] Words =
    [
        "%", "‰", "kr", "kr.", "Kr", "Kč", "zł", "Ft", "lei", "лв", "руб.", "R$", "Fr.", "US$", "A$", "C$", "CA$", "AU$", "NZ$", "HK$",
        "S$",
        "AED", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK",
        "JPY", "KRW", "MXN",
        "MYR", "NOK", "NZD", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
    ];

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Known =
        new HashSet<string>(Words, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Takes the unit at the start, and the spaces behind it.</summary>
    /// <returns>Empty when there is none.</returns>
    public static string TakeFirst(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && length <= MaxUnitLength && IsUnit(text[length])) length++;
        if (!TryFind(text[..length], out var unit)) return "";
        text = text[length..].TrimStart();
        return unit;
    }

    /// <summary>Takes the unit at the end, and the spaces before it.</summary>
    /// <returns>Empty when there is none.</returns>
    public static string TakeLast(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && length <= MaxUnitLength && IsUnit(text[^(length + 1)])) length++;
        if (!TryFind(text[^length..], out var unit)) return "";
        text = text[..^length].TrimEnd();
        return unit;
    }

    private static bool IsUnit(char c) => !char.IsAsciiDigit(c) && !char.IsWhiteSpace(c) && c is not ('+' or '-');

    private static bool TryFind(ReadOnlySpan<char> text, out string unit)
    {
        if (Known.TryGetValue(text, out var known))
        {
            unit = known;
            return true;
        }

        unit = text.Length == 1 && char.GetUnicodeCategory(text[0]) == UnicodeCategory.CurrencySymbol ? text.ToString() : "";
        return unit.Length > 0;
    }
}
