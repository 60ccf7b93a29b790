using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>The app's own addresses, as answers name them.</summary>
internal static class Addresses
{
    /// <summary>The address of a path below the app's prefix.</summary>
    /// <param name="request">A request of the same app.</param>
    /// <param name="root">The first segment of the request's route: what stands before it is the prefix.</param>
    /// <param name="path">The path, such as <c>csv/{id}</c>.</param>
    public static string Of(HttpRequest request, string root, string path)
    {
        var asked = request.Path.Value!;
        var prefix = asked[..(asked.IndexOf($"/{root}", StringComparison.OrdinalIgnoreCase) + 1)];
        return $"{request.Scheme}://{request.Host}{new PathString(prefix + path).ToUriComponent()}";
    }

    /// <summary>The address to read a file at, from the host's root: <c>/api/files/{container}/{path}</c>.</summary>
    /// <param name="name">The container and the path within it, which may be missing.</param>
    public static string OfFile(string name) => $"/api/files/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";

    /// <summary>202 for what was started: its id, and where it stands.</summary>
    public static IResult Accepted(HttpRequest request, string root, string id)
    {
        request.HttpContext.Response.Headers.RetryAfter = "1";
        var status = Of(request, root, $"{root}/{id}");
        return Results.Accepted(status, new Started(id, status));
    }
}

/// <summary>A file that an answer names.</summary>
/// <param name="Name">Its container and path.</param>
internal sealed record NamedFile(string Name)
{
    /// <summary>The address to read it at, from the host's root.</summary>
    public string Url => Addresses.OfFile(Name);
}

/// <summary>Something was started.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Status">Where it stands.</param>
internal sealed record Started(string Id, string Status);
