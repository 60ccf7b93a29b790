using Microsoft.Net.Http.Headers;

namespace Serverless.Files;

/// <summary>Content types of files, and which of them a browser shows.</summary>
internal static class FileTypes
{
    /// <summary>The type of bytes of which nothing is known.</summary>
    public const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".csv"] = "text/csv",
        [".tsv"] = "text/tab-separated-values",
        [".txt"] = "text/plain",
        [".json"] = "application/json",
        [".jsonl"] = "application/x-ndjson",
        [".html"] = "text/html",
        [".liquid"] = "text/plain",
        [".gz"] = "application/gzip",
        [".zip"] = "application/zip",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".parquet"] = "application/vnd.apache.parquet",
        [".eml"] = "message/rfc822",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
    };

    // Pages are shown without scripts, forms and an origin; all else that a browser could run is downloaded.
    private static readonly HashSet<string> Shown = new(StringComparer.OrdinalIgnoreCase)
    {
        "text/html", "text/plain", "text/csv", "application/json", "image/png", "image/jpeg", "image/gif", "image/webp",
    };

    /// <summary>The type that a file's name tells.</summary>
    public static string OfName(string path) => ByExtension.GetValueOrDefault(Path.GetExtension(path), Unknown);

    /// <summary>The type that a sender gives, when it gives one; else the one that the name tells.</summary>
    public static string Of(string? given, string path)
    {
        // Forms are what command lines say when nobody told them.
        if (!MediaTypeHeaderValue.TryParse(given, out var type) || type.MediaType.Value is null or Unknown
            or "application/x-www-form-urlencoded" or "multipart/form-data") return OfName(path);
        return type.ToString();
    }

    /// <summary>True when a browser may show it in place.</summary>
    public static bool IsShown(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && Shown.Contains(type.MediaType.ToString());
}
