using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Http;

/// <summary>
/// The index of the app's addresses, and the answer to all that no other function takes: it says what there is, or which methods an
/// address has.
/// </summary>
internal static partial class RouteIndex
{
    private const string Everything = "{*path}";

    private static readonly Lazy<IReadOnlyList<(string Route, string Method, TemplateMatcher Matcher)>> Routes = new(Read);

    /// <summary>
    /// <c>GET /api</c>: the addresses. Any other request comes here when nothing else answers: 404, or 405 with <c>Allow</c>.
    /// </summary>
    [Function("Index")]
    public static IResult Answer(
        [HttpTrigger(AuthorizationLevel.Function, "get", "head", "post", "put", "patch", "delete", "options", "trace",
            Route = Everything)] HttpRequest request, string? path)
    {
        var prefix = Prefix(request, path ?? "");
        if (string.IsNullOrEmpty(path) && HttpMethods.IsGet(request.Method))
            return Results.Ok(new { endpoints = Routes.Value.Select(r => $"{r.Method} {prefix}{r.Route}").Order(StringComparer.Ordinal) });

        var methods = Routes.Value.Where(r => r.Matcher.TryMatch("/" + path, [])).Select(r => r.Method).Distinct()
            .Order(StringComparer.Ordinal).ToList();
        if (methods.Count == 0)
            return Problems.NotFound(
                "There is nothing at this address",
                $"GET {prefix.TrimEnd('/')} lists the addresses that there are.");

        var allowed = string.Join(", ", methods);
        request.HttpContext.Response.Headers.Allow = allowed;
        return Problems.Create(StatusCodes.Status405MethodNotAllowed, "The method is not allowed", $"This address takes {allowed}.");
    }

    private static string Prefix(HttpRequest request, string path)
    {
        var asked = request.Path.Value!;
        var prefix = path.Length > 0 && asked.EndsWith(path, StringComparison.Ordinal) ? asked[..^path.Length] : asked;
        return prefix.EndsWith('/') ? prefix : prefix + "/";
    }

    private static List<(string Route, string Method, TemplateMatcher Matcher)> Read()
    {
        var triggers =
            from type in typeof(RouteIndex).Assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where method.IsDefined(typeof(FunctionAttribute))
            from parameter in method.GetParameters()
            let trigger = parameter.GetCustomAttribute<HttpTriggerAttribute>()
            where trigger?.Route is { } route && route != Everything
            from verb in trigger.Methods ?? []
            select (trigger.Route!, verb.ToUpperInvariant());
        return [.. triggers.Select(t => (Shown(t.Item1), t.Item2, new TemplateMatcher(TemplateParser.Parse(t.Item1), [])))];
    }

    private static string Shown(string route) => Star().Replace(route, "{");

    [GeneratedRegex(@"\{\*")]
    private static partial Regex Star();
}
