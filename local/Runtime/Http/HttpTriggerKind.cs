using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Serverless.Local.Runtime.Hosting;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Serverless.Local.Runtime.Http;

/// <summary>Functions behind HTTP routes. Keys are not checked here, whatever the authorization level, as with <c>func start</c>.</summary>
internal sealed class HttpTriggerKind(HostSettings settings) : ITriggerKind
{
    private static readonly string[] Reserved = ["admin", "runtime"];

    public string Name => "httpTrigger";

    public Type Attribute => typeof(HttpTriggerAttribute);

    public ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function)
    {
        if (parameter.IsDefined(typeof(TriggerBindingAttribute)))
        {
            if (parameter.ParameterType != typeof(HttpRequest))
                throw new BindingFaultException(
                    "[HttpTrigger] gives an HttpRequest. Take the body of another type with [FromBody], and route or query values by " +
                    "their names.");
            return i => ValueTask.FromResult<object?>(((HttpContext)i.Trigger).Request);
        }

        if (parameter.IsDefined(typeof(FromBodyAttribute))) return RequestValues.BindBody(parameter);
        return RequestValues.CanBeText(parameter.ParameterType) ? RequestValues.ByName(parameter) : null;
    }

    /// <summary>The function's route below the host, checked.</summary>
    /// <exception cref="BindingFaultException">The route is not a route template, or the host's own.</exception>
    public RoutePattern BuildRoute(BoundFunction function)
    {
        if (Reserved.FirstOrDefault(r => Suffix(function).StartsWith(r, StringComparison.OrdinalIgnoreCase)) is { } reserved)
            throw new BindingFaultException($"its route '{Suffix(function)}' starts with '{reserved}', which hosts keep for themselves.");
        try
        {
            return RoutePatternFactory.Parse(Template(function));
        }
        catch (RoutePatternException e)
        {
            throw new BindingFaultException($"its route '{Template(function)}' is not a route template: {e.Message}");
        }
    }

    public static IReadOnlyList<string> ListMethods(BoundFunction function) =>
        [.. (((HttpTriggerAttribute)function.Trigger).Methods ?? []).Select(m => m.ToUpperInvariant()).Distinct()];

    public string Describe(BoundFunction function, Uri address)
    {
        var methods = ListMethods(function);
        return $"[{(methods.Count == 0 ? "ANY" : string.Join(',', methods))}] " +
            $"{address.GetLeftPart(UriPartial.Authority)}/{Template(function)}";
    }

    private string Template(BoundFunction function)
    {
        var route = Suffix(function);
        return settings.RoutePrefix.Length == 0 ? route : $"{settings.RoutePrefix}/{route}";
    }

    private static string Suffix(BoundFunction function) => (((HttpTriggerAttribute)function.Trigger).Route ?? function.Name).Trim('/');
}
