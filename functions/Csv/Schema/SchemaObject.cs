using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Serverless.Csv.Schema;

/// <summary>Reads one JSON object's properties and notes what is wrong with each.</summary>
internal sealed class SchemaObject(JsonElement element, string path, List<SchemaFault> faults)
{
    public bool IsObject(string allowed)
    {
        if (element.ValueKind == JsonValueKind.Object) return true;
        faults.Add(new(path, $"this is {DescribeKind(element)}", allowed));
        return false;
    }

    public void AddFault(string name, string problem, string allowed) => faults.Add(new($"{path}.{name}", problem, allowed));

    public bool TryGet(string name, [NotNullWhen(true)] out JsonElement? value)
    {
        value = element.TryGetProperty(name, out var found) ? found : null;
        return value is not null;
    }

    /// <summary>A property that is part of the standard and not supported yet.</summary>
    public void Refuse(string name, string problem, string allowed)
    {
        if (!element.TryGetProperty(name, out var value)) return;
        if (value.ValueKind is JsonValueKind.False or JsonValueKind.Null) return;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0) return;
        AddFault(name, problem, allowed);
    }

    public string? ReadText(string name, string allowed)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.Value.ValueKind == JsonValueKind.String) return value.Value.GetString();
        AddFault(name, $"this is {DescribeKind(value.Value)}", allowed);
        return null;
    }

    public bool? ReadBoolean(string name)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.Value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.Value.GetBoolean();
        AddFault(name, $"this is {DescribeKind(value.Value)}", "true or false");
        return null;
    }

    public int? Count(string name)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.Value.ValueKind == JsonValueKind.Number && value.Value.TryGetInt32(out var count) && count >= 0) return count;
        AddFault(name, $"this is {DescribeKind(value.Value)}", "a whole number from 0");
        return null;
    }

    public IReadOnlyList<string>? ReadTexts(string name, string allowed)
    {
        if (!TryGet(name, out var value)) return null;
        if (value.Value.ValueKind == JsonValueKind.Array && value.Value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
            return [.. value.Value.EnumerateArray().Select(v => v.GetString()!)];
        AddFault(name, $"this is {DescribeKind(value.Value)}", allowed);
        return null;
    }

    /// <summary>Texts, each alone or as the <c>value</c> of an object that may label it.</summary>
    public IReadOnlyList<string>? ReadLabeledTexts(string name)
    {
        const string allowed = "an array of strings, or of objects with a \"value\" and a \"label\"";
        if (!TryGet(name, out var array)) return null;
        if (array.Value.ValueKind == JsonValueKind.Array && array.Value.EnumerateArray().All(v => LabeledText(v) is not null))
            return [.. array.Value.EnumerateArray().Select(v => LabeledText(v)!)];
        AddFault(name, $"this is {DescribeKind(array.Value)}", allowed);
        return null;
    }

    /// <summary>
    /// Refuses a member that nobody reads: a misspelt one must not pass in silence. What starts with <c>x-</c> is its writer's own.
    /// </summary>
    public void RefuseOthers(IReadOnlyList<string> known)
    {
        foreach (var name in ListNames().Where(n => !known.Contains(n) && !n.StartsWith("x-", StringComparison.Ordinal)))
            AddFault(Shorten(name), "this member is not known", string.Join(", ", known));
    }

    public IEnumerable<string> ListNames() => element.EnumerateObject().Select(p => p.Name);

    public static string DescribeKind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array =>
            "an array" + (element.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String) ? "" : " of other things"),
        JsonValueKind.Null => "null",
        _ => Shorten(element.GetRawText()),
    };

    private static string? LabeledText(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Object when element.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String =>
            value.GetString(),
        _ => null,
    };

    public static string Shorten(string text) => text.Length <= 50 ? text : text[..50] + "…";
}
