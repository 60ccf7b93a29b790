using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Http;

/// <summary>The one reader of bodies that are held in memory. Whatever is wrong with one is a <see cref="BodyRefusedException"/>.</summary>
internal static class RequestBody
{
    // What a body holds is wrapped in messages later, which may be 64 deep.
    private const int MaxDepth = 48;

    /// <summary>A body's bytes.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="hint">What to do with more, as a sentence.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(
        HttpRequest request, int limit, string? hint, CancellationToken cancellationToken)
    {
        // What says that it is too large is not waited for.
        if (request.ContentLength > limit) throw BoundedStream.TooLarge(limit, hint);

        LiftServerLimit(request);
        using var body = new MemoryStream();
        await new BoundedStream(request.Body, limit, hint).CopyToAsync(body, cancellationToken);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    /// <summary>A body that must be an object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes that are taken.</param>
    /// <param name="example">What to send, for who sent something else.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    /// <param name="hint">What to do with more, as a sentence.</param>
    public static async Task<JsonObject> ReadObjectAsync(
        HttpRequest request, int limit, string example, CancellationToken cancellationToken, string? hint = null)
    {
        var body = await ReadBytesAsync(request, limit, hint, cancellationToken);
        return Parse(() => StrictJson.ParseObject(body.Span), $" Send application/json such as {example}.");
    }

    /// <summary>A body that must be an object, and not nested too deep; an empty object when there is none.</summary>
    public static async Task<JsonElement> ReadElementAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        var body = await ReadBytesAsync(request, limit, null, cancellationToken);
        if (body.IsEmpty) return JsonSerializer.SerializeToElement(new { });
        return Parse(() =>
        {
            using var json = StrictJson.ParseDocument(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("This is JSON, but no object.");
            if (IsDeeper(json.RootElement, MaxDepth))
                throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"The body is nested more than {MaxDepth} deep."));
            return json.RootElement.Clone();
        });
    }

    /// <summary>A body with the members of a type, which may be left out.</summary>
    /// <exception cref="OptionsRefusedException">Members are unknown, or have values that they cannot have.</exception>
    public static async Task<T?> ReadAsync<T>(
        HttpRequest request, int limit, JsonSerializerOptions options, CancellationToken cancellationToken)
        where T : class
    {
        var body = await ReadBytesAsync(request, limit, null, cancellationToken);
        if (body.IsEmpty) return null;
        return Parse(() =>
        {
            using var json = StrictJson.ParseDocument(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("This is JSON, but no object.");
            JsonErrors.Check<T>(json.RootElement, options);
            return json.Deserialize<T>(options);
        });
    }

    /// <summary>The server has a limit of its own, which is for requests that are held in memory unbounded.</summary>
    public static void LiftServerLimit(HttpRequest request)
    {
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
    }

    private static T Parse<T>(Func<T> parse, string example = "")
    {
        try
        {
            return parse();
        }
        catch (JsonException e)
        {
            throw new BodyRefusedException(JsonErrors.Describe(e) + example, innerException: e);
        }
    }

    private static bool IsDeeper(JsonElement json, int limit) => json.ValueKind switch
    {
        JsonValueKind.Object => limit == 0 || json.EnumerateObject().Any(p => IsDeeper(p.Value, limit - 1)),
        JsonValueKind.Array => limit == 0 || json.EnumerateArray().Any(e => IsDeeper(e, limit - 1)),
        _ => false,
    };
}
