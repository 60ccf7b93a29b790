using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Http;

/// <summary>Reads requests to the durable API: what cannot be read counts as not given, as in the Durable Functions extension.</summary>
internal static class DurableQuery
{
    public static bool Flag(HttpRequest request, string name, bool otherwise) =>
        bool.TryParse(request.Query[name], out var value) ? value : otherwise;

    public static int? Number(HttpRequest request, string name) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    public static DateTimeOffset? Time(HttpRequest request, string name) =>
        DateTimeOffset.TryParse(request.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;

    /// <summary>Null for all.</summary>
    public static IReadOnlyList<OrchestrationRuntimeStatus>? Statuses(HttpRequest request)
    {
        var statuses = request.Query["runtimeStatus"]
            .SelectMany(v => v?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            .Where(v => Enum.TryParse<OrchestrationRuntimeStatus>(v, ignoreCase: true, out _))
            .Select(v => Enum.Parse<OrchestrationRuntimeStatus>(v, ignoreCase: true))
            .ToList();
        return statuses.Count > 0 ? statuses : null;
    }

    /// <summary>The body if it is JSON, null if there is none.</summary>
    public static async Task<(string? Json, bool IsValid)> BodyAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        if (string.IsNullOrWhiteSpace(text)) return (null, true);
        try
        {
            using var json = JsonDocument.Parse(text);
            return (text, true);
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }
}
