using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.CsvJobs.Load;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Requests;

/// <summary>Validates the options that say which columns are meant.</summary>
internal static class ColumnOptionReader
{
    private const int MaxMapped = 16_384;
    private const int MaxName = 128;
    private const int MaxReferences = 16;
    private const string Expected =
        "Must be an object with labels of the header and the schema's names, such as {\"Order No.\": \"order_id\"}.";

    /// <summary>Adds them to the others.</summary>
    public static CsvJobOptions Read(OptionReader reader, CsvJobOptions options, ValidationErrors faults)
    {
        var maskKey = reader.ReadText("maskKey");
        if (maskKey is { Length: 0 or > MaxName })
            faults.Add("maskKey", $"Must be the name of a key in the app's settings, of 1 to {MaxName} characters.");
        return options with
        {
            MaskKey = maskKey,
            Map = ReadMap(reader.ReadNode("map"), faults),
            References = ReadReferences(reader.ReadNode("references"), hasLoad: reader.ReadNode("load") is not null, faults),
            ExtraColumns = reader.ReadChoice(
                "extraColumns", ("refuse", ExtraColumns.Refuse), ("keep", ExtraColumns.Keep), ("drop", ExtraColumns.Drop)),
        };
    }

    private static List<ReferencedFile>? ReadReferences(JsonNode? node, bool hasLoad, ValidationErrors faults)
    {
        if (node is null) return null;
        if (node is not JsonObject { Count: > 0 and <= MaxReferences } references)
        {
            faults.Add(
                "references",
                $"Must be an object with names and blobs, such as {{\"customers\": \"incoming/customers.csv\"}}, at most {MaxReferences}.");
            return null;
        }

        var files = new List<ReferencedFile>();
        foreach (var (name, value) in references.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var text = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
            if (text is not null && ReferencedTable.IsNamed(text))
            {
                if (!hasLoad) faults.Add($"references.{name}", "Needs the option load: the table is one of its database.");
                else if (!ReferencedTable.TryParse(text, out _))
                    faults.Add($"references.{name}", $"Must be a table such as \"{ReferencedTable.Prefix}sales.customers\".");
                files.Add(new ReferencedFile(name, text));
            }
            else if (BlobName.TryParse(text, [Containers.Incoming, Containers.Schemas], out _, out var fault))
                files.Add(new ReferencedFile(name, text!));
            else faults.Add($"references.{name}", fault);
        }

        return files;
    }

    private static MappedColumn[]? ReadMap(JsonNode? node, ValidationErrors faults)
    {
        if (node is null) return null;
        if (node is not JsonObject { Count: > 0 and <= MaxMapped } map
            || map.Any(m => m.Value?.GetValueKind() != JsonValueKind.String))
        {
            faults.Add("map", Expected);
            return null;
        }

        // In one order, so that the same map is the same job.
        MappedColumn[] columns =
        [
            .. map.Select(m => new MappedColumn(m.Key, m.Value!.GetValue<string>())).OrderBy(m => m.Label, StringComparer.Ordinal),
        ];
        foreach (var blank in columns.Where(m => string.IsNullOrWhiteSpace(m.Label) || string.IsNullOrWhiteSpace(m.Name)).Take(1))
            faults.Add("map", $"\"{blank.Label}\": \"{blank.Name}\" has a blank name. {Expected}");
        foreach (var twice in columns.GroupBy(m => m.Name, StringComparer.Ordinal).Where(g => g.Count() > 1))
            faults.Add("map", $"{string.Join(" and ", twice.Select(m => $"\"{m.Label}\""))} cannot both be \"{twice.Key}\".");
        return columns;
    }
}
