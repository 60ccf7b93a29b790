using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Local.Jobs.Packages;

/// <summary>A Frictionless Table Dialect, versions 1 and 2, as a request's options.</summary>
internal static class PackageDialect
{
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["delimiter"] = "delimiter",
        ["quoteChar"] = "quote",
        ["escapeChar"] = "escape",
        ["doubleQuote"] = "doubleQuote",
        ["commentChar"] = "comment",
        ["skipInitialSpace"] = "skipInitialSpace",
        ["headerJoin"] = "headerJoin",
        ["sheetName"] = "sheet",
    };

    // They describe, or say what holds here anyway.
    private static readonly string[] PassedOver =
        ["$schema", "name", "title", "description", "type", "csvddfVersion", "caseSensitiveHeader"];

    public static void Read(JsonObject dialect, JsonObject options, Action<string> refuse)
    {
        foreach (var (name, value) in dialect)
        {
            if (value is null || PassedOver.Contains(name) || name.StartsWith("x-", StringComparison.Ordinal)) continue;
            if (Renamed.TryGetValue(name, out var option)) options[option] = Plain(value);
            else if (name == "nullSequence") options["nullValues"] = new JsonArray(value.DeepClone());
            else if (name == "header" && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False)
                options["header"] = value.DeepClone();
            else if (name == "lineTerminator" && value.GetValueKind() == JsonValueKind.String
                && value.GetValue<string>() is "\n" or "\r\n" or "\r") continue;
            else if (name is not ("headerRows" or "commentRows")) refuse($"the dialect's {name} {value.ToJsonString()} is not supported.");
        }

        ReadRows(dialect, options, refuse);
    }

    // The null of version 1: there is no such character.
    private static JsonNode Plain(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.String && value.GetValue<string>().Length == 0 ? "none" : value.DeepClone();

    /// <summary>Rows count from 1; those above the header are passed over.</summary>
    private static void ReadRows(JsonObject dialect, JsonObject options, Action<string> refuse)
    {
        var header = Rows(dialect["headerRows"]);
        var comments = Rows(dialect["commentRows"]);
        if (header is null || comments is null)
        {
            refuse("the dialect's headerRows and commentRows must be arrays of row numbers.");
            return;
        }

        var first = header.Count > 0 ? header[0] : comments.Count + 1;
        if (!header.SequenceEqual(Enumerable.Range(first, header.Count)) || comments.Exists(c => c >= first + header.Count)
            || comments.Exists(c => c >= first))
        {
            refuse("the dialect's headerRows must follow each other, and its commentRows stand above them.");
            return;
        }

        var isSaid = dialect["headerRows"] is not null || comments.Count > 0;
        if (isSaid) options["skipRows"] = first - 1;
        if (dialect["headerRows"] is null || options["header"] is JsonValue value && value.GetValueKind() == JsonValueKind.False) return;
        options["header"] = header.Count == 0 ? false : header.Count;
    }

    private static List<int>? Rows(JsonNode? node)
    {
        if (node is null) return [];
        if (node is not JsonArray array) return null;
        var rows = new List<int>();
        foreach (var row in array)
        {
            if (row is not JsonValue value || value.GetValueKind() != JsonValueKind.Number || !value.TryGetValue<int>(out var number)
                || number < 1) return null;
            rows.Add(number);
        }

        rows.Sort();
        return rows;
    }
}
