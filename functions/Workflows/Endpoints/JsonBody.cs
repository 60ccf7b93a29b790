using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Csv.Jobs.Door;
using Serverless.Http;

namespace Serverless.Workflows.Endpoints;

/// <summary>Reads a request's body as JSON, no more of it than is allowed.</summary>
internal static class JsonBody
{
    /// <summary>The body; an empty object when there is none.</summary>
    /// <exception cref="BodyTooLargeException">It is larger than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var body = await RequestJson.ReadAsync(request, limit, cancellationToken);
        if (body.IsEmpty) return JsonSerializer.SerializeToElement(new { });
        using var json = StrictJson.ParseDocument(body, WorkflowJson.Strict);
        return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : throw new JsonException("The body is no JSON object.");
    }
}
