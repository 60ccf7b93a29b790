using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.CsvJobs.Load;

/// <summary>Validates the option <c>load</c>.</summary>
internal static class LoadOptionReader
{
    private const int MaxName = 128;
    private const int MaxKey = 32;

    /// <summary>Reads it; null when there is none, or it has faults.</summary>
    public static LoadOptions? Read(OptionReader request, ValidationErrors faults)
    {
        switch (request.ReadNode("load"))
        {
            case null:
                return null;
            case JsonObject load:
                var found = new ValidationErrors();
                var options = Read(load, found);
                foreach (var (name, sentences) in found.ToErrors())
                {
                    foreach (var sentence in sentences) faults.Add($"load.{name}", sentence);
                }

                return found.Any ? null : options;
            default:
                faults.Add("load", "Must be an object such as {\"to\": \"postgres\", \"connection\": \"orders\", \"table\": \"orders\"}.");
                return null;
        }
    }

    private static LoadOptions Read(JsonObject load, ValidationErrors faults)
    {
        var reader = new OptionReader(load, faults);
        if (reader.ReadChoice("to", ("postgres", 1)) is null && load["to"] is null) faults.Add("to", "Is required: \"postgres\".");
        var connection = Name(reader, "connection", "the name of a connection string in the app's settings", faults);
        var table = Name(reader, "table", "a table such as \"orders\" or \"sales.orders\"", faults);
        if (table.Length > 0 && !QualifiedName.TryParse(table, out _))
            faults.Add("table", "Must be a table's name, or a schema and a table with a full stop between, of at most 63 bytes each.");
        var mode = reader.ReadChoice("mode", ("append", LoadMode.Append), ("replace", LoadMode.Replace), ("upsert", LoadMode.Upsert));
        var key = Key(reader.ReadNode("key"), faults);
        if (mode == LoadMode.Upsert && key.Count == 0) faults.Add("key", "Is required for \"upsert\": the columns that name a row.");
        var create = reader.ReadBoolean("create") ?? false;
        reader.RefuseOthers();
        return new LoadOptions(connection, table, mode ?? LoadMode.Append, key, create);
    }

    private static string Name(OptionReader reader, string option, string what, ValidationErrors faults)
    {
        if (reader.ReadNode(option) is null)
        {
            faults.Add(option, $"Is required: {what}.");
            return "";
        }

        var text = reader.ReadText(option) ?? "";
        if (text.Length is 0 or > MaxName || text.Any(char.IsControl)) faults.Add(option, $"Must be {what}, of 1 to {MaxName} characters.");
        return text;
    }

    private static List<string> Key(JsonNode? node, ValidationErrors faults)
    {
        if (node is null) return [];
        if (node is JsonArray { Count: > 0 and <= MaxKey } array && array.All(n => n?.GetValueKind() == JsonValueKind.String))
        {
            var names = array.Select(n => n!.GetValue<string>()).ToList();
            if (names.Distinct(StringComparer.Ordinal).Count() == names.Count) return names;
        }

        faults.Add("key", $"Must be a list of 1 to {MaxKey} different column names.");
        return [];
    }
}
