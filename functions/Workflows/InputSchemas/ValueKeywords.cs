using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Serverless.Http;

namespace Serverless.Workflows.InputSchemas;

/// <summary>The keywords that speak of a value alone: its type, its choices, and the bounds of numbers and texts.</summary>
internal sealed class ValueKeywords(ValidationErrors faults)
{
    private const int MaxPatternLength = 1_000;

    // One match of a text; several of them are several texts, which are paid for.
    private static readonly TimeSpan MaxMatch = TimeSpan.FromSeconds(1);

    private static readonly string[] Types = ["null", "boolean", "object", "array", "number", "string", "integer"];

    /// <summary>Reads a keyword.</summary>
    /// <returns>False when it is none of these.</returns>
    public bool TryRead(string name, JsonElement value, string place, List<SchemaRule> rules)
    {
        switch (name)
        {
            case "type":
                ReadTypes(value, place, rules);
                return true;
            case "enum":
                ReadChoices(value, place, rules);
                return true;
            case "const":
                rules.Add(Rule(element => JsonEquality.AreEqual(element, value), $"Must be {Short(value)}."));
                return true;
            case "minimum":
                ReadNumber(value, place, rules, (number, bound) => number >= bound, "at least");
                return true;
            case "maximum":
                ReadNumber(value, place, rules, (number, bound) => number <= bound, "at most");
                return true;
            case "exclusiveMinimum":
                ReadNumber(value, place, rules, (number, bound) => number > bound, "more than");
                return true;
            case "exclusiveMaximum":
                ReadNumber(value, place, rules, (number, bound) => number < bound, "less than");
                return true;
            case "minLength":
                ReadLength(value, place, rules, (length, bound) => length >= bound, "at least");
                return true;
            case "maxLength":
                ReadLength(value, place, rules, (length, bound) => length <= bound, "at most");
                return true;
            case "pattern":
                ReadPattern(value, place, rules);
                return true;
            case "format":
                ReadFormat(value, place, rules);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A count that a keyword has; null when it is none, which is noted.</summary>
    public static int? Count(JsonElement value, string place, ValidationErrors faults)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count >= 0) return count;
        faults.Add(place, "Must be a whole number from 0.");
        return null;
    }

    private void ReadTypes(JsonElement value, string place, List<SchemaRule> rules)
    {
        string?[] types = value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(t => t.ValueKind == JsonValueKind.String ? t.GetString() : null)]
            : [value.ValueKind == JsonValueKind.String ? value.GetString() : null];
        if (types.Length == 0 || !types.All(t => Types.Contains(t)))
            faults.Add(place, $"Must be one or several of {string.Join(", ", Types)}.");
        else rules.Add(Rule(element => types.Any(t => Is(element, t!)), $"Must be of the type {string.Join(" or ", types)}."));
    }

    private void ReadChoices(JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            faults.Add(place, "Must be an array with at least one value.");
            return;
        }

        var choices = value.EnumerateArray().ToList();
        rules.Add((element, at, run) =>
        {
            if (!run.TryCharge(choices.Count) || choices.Exists(c => JsonEquality.AreEqual(c, element))) return;
            run.Faults.Add((at, $"Must be one of {string.Join(", ", choices.Take(20).Select(Short))}."));
        });
    }

    // Doubles, as JavaScript has them: what is closer together than they tell is no matter of a bound.
    private void ReadNumber(
        JsonElement value, string place, List<SchemaRule> rules, Func<double, double, bool> isWithin, string word)
    {
        if (value.ValueKind != JsonValueKind.Number) faults.Add(place, "Must be a number.");
        else if (value.GetDouble() is var bound)
            rules.Add(Rule(
                element => element.ValueKind != JsonValueKind.Number || isWithin(element.GetDouble(), bound),
                string.Create(CultureInfo.InvariantCulture, $"Must be {word} {bound}.")));
    }

    private void ReadLength(JsonElement value, string place, List<SchemaRule> rules, Func<int, int, bool> isWithin, string word)
    {
        if (Count(value, place, faults) is not { } bound) return;
        rules.Add(TextRule(text => isWithin(text.EnumerateRunes().Count(), bound), $"Must have {word} {bound} characters."));
    }

    // Without backtracking, so that the time is bounded by the text's length times the pattern's; a large one of both still takes long.
    private void ReadPattern(JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: > 0 and <= MaxPatternLength } pattern)
        {
            faults.Add(place, $"Must be a regular expression of 1 to {MaxPatternLength} characters.");
            return;
        }

        try
        {
            var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, MaxMatch);
            rules.Add((element, at, run) => CheckPattern(expression, element, at, run));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            faults.Add(place, "Is no regular expression that can be checked in bounded time: leave out look-arounds and back-references.");
        }
    }

    private static void CheckPattern(Regex expression, JsonElement element, string place, SchemaRun run)
    {
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { } text || !run.TryChargeText(text.Length)) return;
        try
        {
            if (!expression.IsMatch(text)) run.Faults.Add((place, $"Must match {expression}."));
        }
        catch (RegexMatchTimeoutException)
        {
            run.GiveUp();
        }
    }

    private void ReadFormat(JsonElement value, string place, List<SchemaRule> rules)
    {
        var name = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        Func<string, bool>? isOf = name switch
        {
            "date" => text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            "date-time" => text => text.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _),
            "uuid" => text => Guid.TryParseExact(text, "D", out _),
            "uri" => text => Uri.TryCreate(text, UriKind.Absolute, out _),
            _ => null,
        };
        if (isOf is null) faults.Add(place, "Must be date, date-time, uuid or uri; for others give a pattern.");
        else rules.Add(TextRule(isOf, $"Must be a {name}."));
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "integer" => value.ValueKind == JsonValueKind.Number && double.IsInteger(value.GetDouble()),
        _ => value.ValueKind == JsonValueKind.Number,
    };

    private static SchemaRule TextRule(Func<string, bool> isMet, string sentence) => (value, place, run) =>
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && run.TryChargeText(text.Length) && !isMet(text))
            run.Faults.Add((place, sentence));
    };

    private static SchemaRule Rule(Func<JsonElement, bool> isMet, string sentence) => (value, place, run) =>
    {
        if (!isMet(value)) run.Faults.Add((place, sentence));
    };

    private static string Short(JsonElement value) =>
        value.GetRawText() is var text && text.Length <= 100 ? text : text[..100] + "…";
}
