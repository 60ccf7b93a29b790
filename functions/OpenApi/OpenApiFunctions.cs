using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Swashbuckle.AspNetCore.SwaggerUI;

namespace Serverless.OpenApi;

/// <summary>The API describes itself.</summary>
internal static class OpenApiFunctions
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly Lazy<string> Document = new(() => ApiDocument.Write().ToJsonString());

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["index.html"] = "text/html; charset=utf-8",
        ["docs.js"] = "text/javascript; charset=utf-8",
        ["swagger-ui-bundle.js"] = "text/javascript; charset=utf-8",
        ["swagger-ui.css"] = "text/css; charset=utf-8",
    };

    /// <summary><c>GET /api/openapi.json</c>: the API as OpenAPI 3.1.</summary>
    [Function("OpenApi")]
    public static IResult Show([HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi.json")] HttpRequest request) =>
        Results.Text(Document.Value, "application/json");

    /// <summary><c>GET /api/docs</c>: a page that shows it. The page itself holds no data.</summary>
    [Function("Docs")]
    public static IResult Page([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs/{file?}")] HttpRequest request, string? file)
    {
        var name = string.IsNullOrEmpty(file) ? "index.html" : file;
        if (!Types.TryGetValue(name, out var type) || Open(name) is not { } content)
            return Problems.NotFound("There is no such file", "GET /api/docs is the page.");
        request.HttpContext.Response.Headers.ContentSecurityPolicy = Policy;
        request.HttpContext.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(content, type);
    }

    // The viewer's files lie gzipped in the assembly of its package.
    private static Stream? Open(string name)
    {
        if (typeof(OpenApiFunctions).Assembly.GetManifestResourceStream($"docs/{name}") is { } own) return own;
        return typeof(SwaggerUIOptions).Assembly.GetManifestResourceStream(
            $"Swashbuckle.AspNetCore.SwaggerUI.node_modules.swagger_ui_dist.{name}") is { } packed
            ? new GZipStream(packed, CompressionMode.Decompress) : null;
    }
}
