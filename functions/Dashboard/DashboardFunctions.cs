using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Serverless.Http;

namespace Serverless.Dashboard;

/// <summary>The dashboard: static files that hold no data, so that they need no key. What they show, they ask of the API.</summary>
internal static class DashboardFunctions
{
    // Nothing of others is loaded or spoken to, nothing runs that is not a file of ours, and no page of others may frame this one.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; " +
        "form-action 'none'; frame-ancestors 'none'";

    private const string KeptForGood = "public, max-age=31536000, immutable";
    private const string AskedEachTime = "no-cache";

    // The smaller one first.
    private static readonly string[] Codings = ["br", "gzip"];

    /// <summary><c>GET /api/dashboard/</c>: the page and its files, compressed as the caller takes them; 304 when it has them.</summary>
    [Function("Dashboard")]
    public static IResult Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "dashboard/{*path}")] HttpRequest request, string? path)
    {
        // The page's own addresses are relative to its folder.
        if (string.IsNullOrEmpty(path) && !request.Path.Value!.EndsWith('/'))
            return Results.Redirect($"{request.PathBase}{request.Path}/{request.QueryString}");

        if (DashboardFiles.Find(DashboardFiles.Page) is null)
            return Problems.NotFound(
                "The dashboard was not built",
                "The app was built without Node: install Node 20.19 or later and build it again.");
        if (DashboardFiles.Find(string.IsNullOrEmpty(path) ? DashboardFiles.Page : path) is not { } file)
            return Problems.NotFound("There is no such file", "The dashboard has no file of this name.");

        var headers = request.HttpContext.Response.GetTypedHeaders();
        headers.Set("Content-Security-Policy", Policy);
        headers.Set("X-Content-Type-Options", "nosniff");
        headers.Set("Referrer-Policy", "no-referrer");
        headers.Set("Cache-Control", file.IsImmutable ? KeptForGood : AskedEachTime);
        headers.Set("Vary", "Accept-Encoding");
        return Answer(request, headers, file);
    }

    private static IResult Answer(HttpRequest request, ResponseHeaders headers, DashboardFile file)
    {
        var coding = Coding(request.GetTypedHeaders().AcceptEncoding, file);
        headers.ETag = new EntityTagHeaderValue(coding == "identity" ? file.ETag : $"{file.ETag[..^1]}-{coding}\"");
        if (request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(headers.ETag, useStrongComparison: false)))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        if (coding != "identity") headers.Set("Content-Encoding", coding);
        return Results.Bytes(file.Content[coding], file.ContentType);
    }

    private static string Coding(IList<StringWithQualityHeaderValue> accepted, DashboardFile file) =>
        Codings.FirstOrDefault(
            coding => file.Content.ContainsKey(coding)
                && accepted.Any(a => a.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && a.Quality is null or > 0))
        ?? "identity";
}
