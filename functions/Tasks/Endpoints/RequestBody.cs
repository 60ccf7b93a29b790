using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Tasks.Endpoints;

/// <summary>Reads JSON bodies that may be left out.</summary>
internal static class RequestBody
{
    /// <summary>The body; null when there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="BodyTooLargeException">There is more, or the request says so.</exception>
    /// <exception cref="JsonException">It is something else; it says where.</exception>
    public static async Task<T?> ReadAsync<T>(HttpRequest request, int limit, CancellationToken cancellationToken)
        where T : class
    {
        var body = await RequestJson.ReadAsync(request, limit, cancellationToken);
        if (body.IsEmpty) return null;

        using var json = StrictJson.ParseDocument(body);
        return json.Deserialize<T>(TaskJson.Options);
    }
}
