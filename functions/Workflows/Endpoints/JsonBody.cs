using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Csv.Jobs.Door;

namespace Serverless.Workflows.Endpoints;

/// <summary>Reads a request's body as JSON, no more of it than is allowed.</summary>
internal static class JsonBody
{
    /// <summary>The body; an empty object when there is none.</summary>
    /// <exception cref="BodyTooLargeException">It is larger than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, long limit, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await new BoundedStream(request.Body, limit).CopyToAsync(body, cancellationToken);
        if (body.Length == 0) return JsonSerializer.SerializeToElement(new { });
        using var json = JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length), WorkflowJson.Strict);
        return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw new JsonException("The body is no JSON object.");
    }
}
