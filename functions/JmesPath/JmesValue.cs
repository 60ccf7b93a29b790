using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Serverless.JmesPath;

/// <summary>
/// Values as expressions see them: null, bool, string, double, a list, a dictionary, or JSON that is looked into where it lies. Nothing is
/// copied until an outcome is written.
/// </summary>
internal static class JmesValue
{
    // What System.Text.Json reads again.
    private const int MaxDepth = 62;

    /// <summary>The value of JSON; texts and single values are taken out of it, what holds others is not.</summary>
    public static object? From(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => json.GetString(),
        _ => json,
    };

    /// <summary>The specification's name of its type.</summary>
    public static string TypeOf(object? value) => value switch
    {
        null => "null",
        bool => "boolean",
        string => "string",
        double => "number",
        JsonElement { ValueKind: JsonValueKind.Number } => "number",
        JsonElement { ValueKind: JsonValueKind.Object } or Dictionary<string, object?> => "object",
        JsonElement or List<object?> or Projection => "array",
        _ => "expression",
    };

    /// <summary>A projection that has come to its end is an array.</summary>
    public static object? Settle(object? value) => value is Projection projection ? projection.Items.ConvertAll(Settle) : value;

    public static bool IsFalse(object? value) => value switch
    {
        null or false or "" => true,
        Projection { Items.Count: 0 } or List<object?> { Count: 0 } or Dictionary<string, object?> { Count: 0 } => true,
        JsonElement { ValueKind: JsonValueKind.Array } array => array.GetArrayLength() == 0,
        JsonElement { ValueKind: JsonValueKind.Object } members => members.GetPropertyCount() == 0,
        _ => false,
    };

    public static double? ToNumber(object? value, Evaluation evaluation)
    {
        if (value is double number) return number;
        if (value is not JsonElement { ValueKind: JsonValueKind.Number } json) return null;

        // JSON's numbers may have any number of digits.
        evaluation.ChargeParsed(JsonMarshal.GetRawUtf8Value(json).Length);
        return json.GetDouble();
    }

    /// <summary>An array's items; null for what is none.</summary>
    public static List<object?>? ToItems(object? value, Evaluation evaluation)
    {
        if (Settle(value) is List<object?> list)
        {
            evaluation.Charge(list.Count);
            return list;
        }

        if (value is not JsonElement { ValueKind: JsonValueKind.Array } array) return null;
        evaluation.Charge(array.GetArrayLength());
        var items = new List<object?>(array.GetArrayLength());
        foreach (var item in array.EnumerateArray()) items.Add(From(item, evaluation));
        return items;
    }

    /// <summary>An object's members in their order; null for what is none.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>>? ToMembers(object? value, Evaluation evaluation)
    {
        if (value is Dictionary<string, object?> dictionary)
        {
            evaluation.Charge(dictionary.Count);
            evaluation.ChargeRead(dictionary.Keys.Sum(name => (double)name.Length));
            return [.. dictionary];
        }

        if (value is not JsonElement { ValueKind: JsonValueKind.Object } json) return null;
        evaluation.Charge(json.GetPropertyCount());
        return [.. json.EnumerateObject().Select(p => KeyValuePair.Create(NameOf(p, evaluation), From(p.Value, evaluation)))];
    }

    public static object? FindMember(object? value, string name, Evaluation evaluation)
    {
        if (value is Dictionary<string, object?> dictionary) return dictionary.GetValueOrDefault(name);
        if (value is not JsonElement { ValueKind: JsonValueKind.Object } json) return null;

        // JSON is searched from front to back.
        evaluation.Charge(json.GetPropertyCount() / 16);
        return json.TryGetProperty(name, out var member) ? From(member, evaluation) : null;
    }

    public static bool AreEqual(object? a, object? b, Evaluation evaluation)
    {
        evaluation.Charge();
        var type = TypeOf(a);
        if (type != TypeOf(b)) return false;
        switch (type)
        {
            case "number":
                return SameNumber(a!, b!, evaluation);
            case "array":
                var (left, right) = (ToItems(a, evaluation)!, ToItems(b, evaluation)!);
                return left.Count == right.Count && left.Zip(right).All(pair => AreEqual(pair.First, pair.Second, evaluation));
            case "object":
                var (mine, others) = (ToMembers(a, evaluation)!, new Dictionary<string, object?>(StringComparer.Ordinal));
                foreach (var (name, value) in ToMembers(b, evaluation)!) others[name] = value;
                return mine.Count == others.Count
                    && mine.All(m => others.TryGetValue(m.Key, out var other) && AreEqual(m.Value, other, evaluation));
            case "string":
                evaluation.ChargeText(((string)a!).Length);
                return string.Equals((string)a, (string?)b, StringComparison.Ordinal);
            default:
                return Equals(a, b);
        }
    }

    /// <summary>The value as JSON.</summary>
    /// <exception cref="ExpressionException">It is too large, or nested too deep.</exception>
    public static JsonElement ToJson(object? value, Evaluation evaluation)
    {
        if (value is JsonElement json) return json;
        if (value is null or bool) return JsonSerializer.SerializeToElement(value);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer)) Write(writer, value, evaluation, 0);
        return JsonSerializer.Deserialize<JsonElement>(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>The value as a text of JSON.</summary>
    public static string ToText(object? value, Evaluation evaluation)
    {
        evaluation.ChargeText(value is JsonElement json ? JsonMarshal.GetRawUtf8Value(json).Length : 0);
        return ToJson(value, evaluation).GetRawText();
    }

    private static object? From(JsonElement json, Evaluation evaluation)
    {
        var value = From(json);
        if (value is string text) evaluation.Charge(text.Length / 64);
        return value;
    }

    private static string NameOf(JsonProperty property, Evaluation evaluation)
    {
        evaluation.ChargeParsed(JsonMarshal.GetRawUtf8PropertyName(property).Length);
        return property.Name;
    }

    private static bool SameNumber(object a, object b, Evaluation evaluation)
    {
        var (x, y) = (ToNumber(a, evaluation)!.Value, ToNumber(b, evaluation)!.Value);
        if (a is JsonElement one && b is JsonElement other && one.TryGetDecimal(out var left) && other.TryGetDecimal(out var right))
            return left == right;
        return x.Equals(y);
    }

    // A value may hold another many times over: what counts is what is written.
    private static void Write(Utf8JsonWriter writer, object? value, Evaluation evaluation, int depth)
    {
        evaluation.Charge();
        if (depth > MaxDepth)
            throw new ExpressionException(
                string.Create(CultureInfo.InvariantCulture, $"What it gives is nested more than {MaxDepth} deep."));
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                evaluation.ChargeText(text.Length);
                writer.WriteStringValue(text);
                break;
            case double number:
                if (!double.IsFinite(number)) throw new ExpressionException("It gives a number that JSON does not have.");
                if (number == Math.Floor(number) && Math.Abs(number) < 1e15) writer.WriteNumberValue((long)number);
                else writer.WriteNumberValue(number);
                break;
            case JsonElement { ValueKind: JsonValueKind.Number } raw:
                raw.WriteTo(writer);
                break;
            default:
                WriteContainer(writer, value, evaluation, depth);
                break;
        }
    }

    private static void WriteContainer(Utf8JsonWriter writer, object value, Evaluation evaluation, int depth)
    {
        if (ToMembers(value, evaluation) is { } members)
        {
            writer.WriteStartObject();
            foreach (var (name, member) in members)
            {
                evaluation.ChargeText(name.Length);
                writer.WritePropertyName(name);
                Write(writer, member, evaluation, depth + 1);
            }

            writer.WriteEndObject();
            return;
        }

        writer.WriteStartArray();
        foreach (var item in ToItems(value, evaluation) ?? throw new ExpressionException("It gives an expression, which is no value."))
            Write(writer, item, evaluation, depth + 1);
        writer.WriteEndArray();
    }
}

/// <summary>Values that what follows is applied to one by one.</summary>
internal sealed record Projection(List<object?> Items);
