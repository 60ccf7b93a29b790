using System.Text.Json;

namespace Serverless.Email;

/// <summary>JSON as the plain values that templates work with.</summary>
internal static class PlainJson
{
    /// <summary>Strings, numbers, booleans, lists and dictionaries.</summary>
    public static object? ToPlain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => ToValues(json),
        JsonValueKind.Array => json.EnumerateArray().Select(ToPlain).ToList(),
        JsonValueKind.String => json.GetString(),
        JsonValueKind.Number => json.TryGetDecimal(out var exact) ? exact : json.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>The members of an object; of a name that comes twice, the last.</summary>
    public static Dictionary<string, object?> ToValues(JsonElement json)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (json.ValueKind != JsonValueKind.Object) return values;
        foreach (var member in json.EnumerateObject()) values[member.Name] = ToPlain(member.Value);
        return values;
    }
}
