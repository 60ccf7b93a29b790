using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Local.Runtime.Http;

/// <summary>Turns what an HTTP function returned into a response.</summary>
internal static class FunctionResponse
{
    // The worker's serializer: names as written.
    private static readonly JsonSerializerOptions Worker = new() { PropertyNameCaseInsensitive = true };

    public static Task WriteAsync(HttpContext context, object? result) => result switch
    {
        IResult answer => answer.ExecuteAsync(context),
        IActionResult action => action.ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
        null => Task.CompletedTask,
        string text => WriteTextAsync(context, text),
        _ =>
            context.Response.WriteAsJsonAsync(result, result.GetType(), Worker, "application/json; charset=utf-8", context.RequestAborted),
    };

    private static Task WriteTextAsync(HttpContext context, string text)
    {
        context.Response.ContentType ??= "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
