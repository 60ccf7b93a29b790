using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Serverless.Local.Runtime.Http;

/// <summary>
/// Keeps web pages of others out. Nobody signs in here, so that a page in this machine's browser could do whatever its user can: by a name
/// of its own that resolves to this machine, it could read answers; by a form or a script, it could send requests.
/// </summary>
/// <param name="allowed">Names besides those of this machine.</param>
internal sealed class RequestGuard(IEnumerable<string> allowed)
{
    private readonly HashSet<string> _allowed = new(allowed.Select(Normalize), StringComparer.OrdinalIgnoreCase);

    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!IsOurs(request.Host.Host))
        {
            return HttpProblem.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, request.Host.HasValue
                ? $"This host is not '{HttpProblem.Shorten(request.Host.Host)}': it answers for localhost, 127.0.0.1 and [::1], and for " +
                    $"names that --allow-host gives."
                : "The request has no Host header.");
        }

        if (ChangesSomething(request.Method) && !ComesFromHere(context))
        {
            return HttpProblem.WriteAsync(
                context, StatusCodes.Status403Forbidden,
                "The request comes from the page of another site, which must not change anything here. --allow-host allows a site's name.");
        }

        // A page may embed what it cannot read; nothing here is made for that.
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return next(context);
    }

    private static bool ChangesSomething(string method) =>
        !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method));

    // Only browsers send these headers, and pages cannot change them.
    private bool ComesFromHere(HttpContext context)
    {
        var site = context.Request.Headers["Sec-Fetch-Site"];
        if (context.Request.Headers.Origin is not { Count: > 0 } origin) return site.All(s => s is "same-origin" or "none");
        if (origin.Count > 1 || !Uri.TryCreate(origin[0], UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
            return false;
        if (_allowed.Contains(Normalize(page.Host))) return true;
        return IsOurPage(page, context) && !IsCrossSite(site);
    }

    private static bool IsCrossSite(StringValues site) => site.Any(s => s is not ("same-origin" or "same-site" or "none"));

    // Another port of this machine is another program.
    private static bool IsOurPage(Uri page, HttpContext context) =>
        string.Equals(page.Authority, context.Request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || (page.Scheme == Uri.UriSchemeHttp && IsLoopback(page.Host) && page.Port == context.Connection.LocalPort);

    private bool IsOurs(string host) => IsLoopback(host) || _allowed.Contains(Normalize(host));

    // Of all ways to write such an address, only the usual one: parsers differ about the others.
    private static bool IsLoopback(string host)
    {
        var name = Normalize(host);
        if (string.Equals(name, "localhost", StringComparison.OrdinalIgnoreCase)) return true;
        return IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) && (host[0] == '[' || address.ToString() == host);
    }

    private static string Normalize(string host) => host.EndsWith('.') ? host[..^1] : host;
}
