using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Local.Runtime.Http;

/// <summary>
/// Gives every refusal of the host a body: of routing, of the server while it read the request, of a function that threw.
/// </summary>
internal static class ErrorAnswers
{
    // The server's usual limits. Its own are wider, because what it refuses itself is answered without a body.
    private const int MaxTarget = 8 * 1024;
    private const int MaxHeaders = 32 * 1024;
    private const int MaxHeaderCount = 100;

    private static readonly object Answered = new();

    /// <summary>A function answered: its answer stands as it is, as on the real host.</summary>
    public static void Leave(HttpContext context) => context.Items[Answered] = true;

    public static async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (Refusal(context) is { } status)
        {
            await HttpProblem.WriteAsync(context, status, status == StatusCodes.Status414UriTooLong
                ? $"The address is longer than {MaxTarget} characters."
                : $"There are more than {MaxHeaderCount} headers, or more than {MaxHeaders} bytes of them.");
            return;
        }

        context.Request.Body = new RequestBodyStream(context.Request.Body);
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = e.StatusCode;
        }

        var response = context.Response;
        if (response.StatusCode < StatusCodes.Status400BadRequest || response.HasStarted || response.ContentType is not null
            || response.ContentLength > 0) return;
        if (context.RequestAborted.IsCancellationRequested || context.Items.ContainsKey(Answered)) return;

        // The extension says nothing more of an instance that is unknown or has ended, and its clients know that.
        if (response.StatusCode is StatusCodes.Status404NotFound or StatusCodes.Status410Gone
            && context.Request.Path.StartsWithSegments(DurableApi.Prefix, StringComparison.OrdinalIgnoreCase)) return;
        await HttpProblem.WriteAsync(context, response.StatusCode);
    }

    private static int? Refusal(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestFeature>() is { RawTarget.Length: > MaxTarget }) return StatusCodes.Status414UriTooLong;
        var headers = context.Request.Headers;
        var size = headers.Sum(h => h.Key.Length + h.Value.Sum(v => v?.Length ?? 0));
        return headers.Count > MaxHeaderCount || size > MaxHeaders ? StatusCodes.Status431RequestHeaderFieldsTooLarge : null;
    }
}
