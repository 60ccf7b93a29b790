using System.Text.Json;
using Serverless.Storage;
using Serverless.Workflows.References;

namespace Serverless.Workflows;

/// <summary>The items of a map: an array, or a blob.</summary>
internal static class ItemSource
{
    private const string BlobMember = "blob";

    /// <summary>The containers that a source may lie in.</summary>
    private static readonly string[] Allowed = [Containers.Incoming, Containers.Processed];

    /// <summary>The fault of a source as somebody wrote it; null when there is none.</summary>
    /// <param name="items">The source.</param>
    /// <param name="allowReference">It may be a reference, which is known when it runs.</param>
    public static string? FindFault(JsonElement items, bool allowReference)
    {
        if (items.ValueKind == JsonValueKind.Array || (allowReference && Template.ReferenceOf(items) is not null)) return null;
        if (items.ValueKind != JsonValueKind.Object || items.EnumerateObject().Count() != 1
            || !items.TryGetProperty(BlobMember, out var blob) || blob.ValueKind != JsonValueKind.String)
            return $"Must be an array, {(allowReference ? "a reference such as \"$.input.items\", " : "")}or a blob such as {{\"blob\": " +
                $"\"incoming/items.jsonl\"}}.";
        if (allowReference && Template.ReferenceOf(blob) is not null) return null;
        if (!BlobName.TryParse(blob.GetString(), Allowed, out var name, out var fault)) return fault;
        return IsCsv(name) || IsJsonLines(name) ? null : "The blob must be JSON Lines (.jsonl, .ndjson) or a CSV with a header (.csv).";
    }

    /// <summary>The blob, when the source is one.</summary>
    public static BlobName? BlobOf(JsonElement items) =>
        items.ValueKind == JsonValueKind.Object
            && BlobName.TryParse(items.GetProperty(BlobMember).GetString(), Allowed, out var name, out _) ? name : null;

    /// <summary>A CSV with a header, by its name.</summary>
    public static bool IsCsv(BlobName blob) => blob.Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);

    private static bool IsJsonLines(BlobName blob) =>
        blob.Path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)
            || blob.Path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase);
}
