using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.CsvJobs.Requests;

/// <summary>Options from a query string, as the JSON that a body would have held.</summary>
internal static class QueryOptions
{
    // The Functions key travels in the query too.
    private const string KeyParameter = "code";

    private const string Map = "map";
    private const string References = "references";

    private static readonly HashSet<string> Booleans = new(
        StringComparer.Ordinal) { "header", "force", "doubleQuote", "skipInitialSpace" };
    private static readonly HashSet<string> Numbers = new(
        StringComparer.Ordinal) { "chunkBytes", "header", "maxParallel", "maxRejectedRatio", "skipRows", "inferenceShare" };
    private static readonly HashSet<string> Lists = new(StringComparer.Ordinal) { "nullValues" };

    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, string?>> query)
    {
        var json = new JsonObject();
        foreach (var (name, value) in query)
        {
            if (value is not null && name != KeyParameter) json[name] = ToNode(name, value);
        }

        return json;
    }

    /// <summary>Pairs such as <c>Order No.=order_id,Total=total</c> as an object; null when the text is none.</summary>
    public static JsonObject? MapOf(string text)
    {
        var map = new JsonObject();
        foreach (var pair in text.Split(','))
        {
            var at = pair.LastIndexOf('=');
            if (at <= 0 || !map.TryAdd(pair[..at].Trim(), JsonValue.Create(pair[(at + 1)..].Trim()))) return null;
        }

        return map;
    }

    // A text that is no boolean, or no number that JSON can say, stays text: the validation then words the fault.
    private static JsonNode ToNode(string name, string value)
    {
        if (name is Map or References && MapOf(value) is { } map) return map;
        if (Lists.Contains(name)) return new JsonArray([.. value.Split(',').Select(text => (JsonNode)JsonValue.Create(text))]);
        if (Booleans.Contains(name) && bool.TryParse(value, out var boolean)) return JsonValue.Create(boolean);
        if (Numbers.Contains(name) && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
            return JsonValue.Create(number);
        return JsonValue.Create(value);
    }
}
