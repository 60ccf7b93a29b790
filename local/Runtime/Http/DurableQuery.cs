using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;

namespace Serverless.Local.Runtime.Http;

/// <summary>Reads requests to the durable API: what cannot be read counts as not given, as in the Durable Functions extension.</summary>
internal static class DurableQuery
{
    private const int MaxBody = 16 << 20;

    public static bool ReadFlag(HttpRequest request, string name, bool otherwise) =>
        bool.TryParse(request.Query[name], out var value) ? value : otherwise;

    public static int? ReadNumber(HttpRequest request, string name) =>
        int.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > 0 ? value : null;

    public static DateTimeOffset? ReadTime(HttpRequest request, string name) =>
        DateTimeOffset.TryParse(request.Query[name], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
            ? value : null;

    /// <summary>Null for all.</summary>
    public static IReadOnlyList<OrchestrationRuntimeStatus>? ReadStatuses(HttpRequest request)
    {
        var statuses = request.Query["runtimeStatus"]
            .SelectMany(v => v?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            .Where(v => Enum.TryParse<OrchestrationRuntimeStatus>(v, ignoreCase: true, out _))
            .Select(v => Enum.Parse<OrchestrationRuntimeStatus>(v, ignoreCase: true))
            .ToList();
        return statuses.Count > 0 ? statuses : null;
    }

    /// <summary>The body if it is JSON that can be written again, null if there is none.</summary>
    /// <exception cref="BadHttpRequestException">It is too large, or breaks off.</exception>
    public static async Task<(string? Json, bool IsValid)> ReadBodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await request.Body.ReadAsync(buffer, request.HttpContext.RequestAborted)) > 0;)
        {
            body.Write(buffer, 0, count);
            if (body.Length > MaxBody) throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }

        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        if (bytes.Span.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        if (!Utf8.IsValid(bytes.Span)) return (null, false);
        var text = Encoding.UTF8.GetString(bytes.Span);
        return string.IsNullOrWhiteSpace(text) ? (null, true) : IsJson(bytes.Span) ? (text, true) : (null, false);
    }

    /// <summary>
    /// True for JSON of which every text is Unicode: an escape may stand for half a character, which nobody can write again.
    /// </summary>
    public static bool IsJson(ReadOnlySpan<byte> text)
    {
        try
        {
            var reader = new Utf8JsonReader(text);
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) reader.GetString();
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
