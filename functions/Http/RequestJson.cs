using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Http;

/// <summary>Reads JSON bodies that are held in memory, up to a limit.</summary>
public static class RequestJson
{
    /// <summary>Reads a body that must be an object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="BodyTooLargeException">There is more, or the request says so.</exception>
    /// <exception cref="JsonException">It is something else; the message says what, and where.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, int limit, CancellationToken cancellationToken) =>
        StrictJson.ParseObject((await ReadAsync(request, limit, cancellationToken)).Span);

    /// <summary>Reads a body's bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <exception cref="BodyTooLargeException">There is more, or the request says so.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        // What says that it is too large is not waited for.
        if (request.ContentLength > limit) throw BoundedStream.TooLarge(limit);

        // The server has a limit of its own, which may lie below.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        using var body = new MemoryStream();
        await new BoundedStream(request.Body, limit).CopyToAsync(body, cancellationToken);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
