using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Local.Runtime.Http;

/// <summary>Answers the host's own refusals as problem+json (RFC 9457).</summary>
internal static class HttpProblem
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a status that so far has no body.</summary>
    public static Task WriteAsync(HttpContext context, int status, string? detail = null)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            Problem.Of(status, detail ?? Detail(context, status)), Json, ContentType, context.RequestAborted);
    }

    /// <summary>A body for a status.</summary>
    public static byte[] Write(int status, string detail) => JsonSerializer.SerializeToUtf8Bytes(Problem.Of(status, detail), Json);

    private static string? Detail(HttpContext context, int status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request or its body cannot be read.",
        StatusCodes.Status404NotFound =>
            "Nothing is found at this address. The functions' addresses are listed where the host was started, and by GET /api.",
        StatusCodes.Status405MethodNotAllowed =>
            $"This address does not take {Shorten(context.Request.Method)}. It takes: {context.Response.Headers.Allow}.",
        StatusCodes.Status408RequestTimeout => "The body did not arrive in time. Send it again, faster.",
        StatusCodes.Status410Gone => "It has ended.",
        StatusCodes.Status413PayloadTooLarge => "The body is larger than this address takes.",
        StatusCodes.Status507InsufficientStorage => "The disk that holds the data folder is full. Free some space, then send it again.",
        StatusCodes.Status500InternalServerError => "The function failed; the host's log says why.",
        _ => null,
    };

    public static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private sealed record Problem(string Type, string Title, int Status, string? Detail)
    {
        public static Problem Of(int status, string? detail) => new("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail);
    }
}
