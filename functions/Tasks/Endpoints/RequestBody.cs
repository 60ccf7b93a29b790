using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serverless.Csv.Jobs.Door;

namespace Serverless.Tasks.Endpoints;

/// <summary>Reads JSON bodies that are held in memory.</summary>
internal static class RequestBody
{
    /// <summary>The body; null when there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="TaskTooLargeException">The request says that its body is larger.</exception>
    /// <exception cref="BodyTooLargeException">More came than it said.</exception>
    /// <exception cref="JsonException">It is something else; it says where.</exception>
    public static async Task<T?> ReadAsync<T>(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        if (request.ContentLength > limit) throw new TaskTooLargeException("The body", request.ContentLength.Value, limit);

        // The server has a limit of its own, below some of ours.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        using var body = new MemoryStream();
        await new BoundedStream(request.Body, limit).CopyToAsync(body, cancellationToken);
        return body.Length == 0 ? default : JsonSerializer.Deserialize<T>(body.GetBuffer().AsSpan(0, (int)body.Length), TaskJson.Options);
    }
}
