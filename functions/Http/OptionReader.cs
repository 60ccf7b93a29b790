using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Http;

/// <summary>Takes typed options out of a JSON object and notes every fault.</summary>
internal sealed class OptionReader(JsonObject json, ValidationErrors faults)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public JsonNode? ReadNode(string name)
    {
        _taken.Add(name);
        return json[name];
    }

    public string? ReadText(string name) => Take<string>(name, JsonValueKind.String, "Must be a string.");

    public bool? ReadBoolean(string name)
    {
        var node = ReadNode(name);
        if (node is null) return null;
        if (node.GetValueKind() is JsonValueKind.True or JsonValueKind.False) return node.GetValue<bool>();
        faults.Add(name, "Must be true or false.");
        return null;
    }

    public int? ReadInteger(string name, int minimum, int maximum)
    {
        var node = ReadNode(name);
        if (node is null) return null;
        if (TryNumber(node, out var number)
            && number == Math.Floor(number) && number >= minimum && number <= maximum) return (int)number;
        faults.Add(name, string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from {minimum} to {maximum}."));
        return null;
    }

    /// <summary>A number, whether it was parsed or made in code.</summary>
    public static bool TryNumber(JsonNode node, out double number)
    {
        number = 0;
        return node.GetValueKind() == JsonValueKind.Number
            && double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    public double? ReadRatio(string name)
    {
        var node = ReadNode(name);
        if (node is null) return null;
        if (TryNumber(node, out var number) && number is >= 0 and <= 1)
            return number;
        faults.Add(name, "Must be a number from 0 to 1.");
        return null;
    }

    /// <summary>One of the given words, whatever their case.</summary>
    public T? ReadChoice<T>(string name, params ReadOnlySpan<(string Word, T Value)> choices) where T : struct
    {
        var text = ReadText(name);
        if (text is null) return null;
        foreach (var (word, value) in choices)
        {
            if (string.Equals(word, text, StringComparison.OrdinalIgnoreCase)) return value;
        }

        faults.Add(name, $"Must be one of {string.Join(", ", choices.ToArray().Select(c => $"\"{c.Word}\""))}.");
        return null;
    }

    /// <summary>Notes what nobody asked for: a misspelt option must not pass in silence.</summary>
    public void RefuseOthers()
    {
        foreach (var (name, _) in json)
        {
            if (!_taken.Contains(name))
                faults.Add(name, $"There is no such option. Options: {string.Join(", ", _taken.Order(StringComparer.Ordinal))}.");
        }
    }

    private T? Take<T>(string name, JsonValueKind kind, string expectation) where T : class
    {
        var node = ReadNode(name);
        if (node is null) return null;
        if (node.GetValueKind() == kind) return node.GetValue<T>();
        faults.Add(name, expectation);
        return null;
    }
}
