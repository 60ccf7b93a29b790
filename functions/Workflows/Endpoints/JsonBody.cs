using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Workflows.Endpoints;

/// <summary>Reads a request's body as a JSON object, no more of it than is allowed.</summary>
internal static class JsonBody
{
    // What the body holds is wrapped in messages later, which may be 64 deep.
    private const int Deepest = 48;

    /// <summary>The body; an empty object when there is none.</summary>
    /// <exception cref="BodyTooLargeException">It is larger than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="JsonException">It is no JSON object, or too deep.</exception>
    public static async Task<JsonElement> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var body = await RequestJson.ReadAsync(request, limit, cancellationToken);
        if (body.IsEmpty) return JsonSerializer.SerializeToElement(new { });
        using var json = StrictJson.ParseDocument(body);
        if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("This is JSON, but no object.");
        if (Values.JsonDepth.Exceeds(json.RootElement, Deepest)) throw new JsonException($"The body is nested more than {Deepest} deep.");
        return json.RootElement.Clone();
    }
}
