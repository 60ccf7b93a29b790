using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.IntegrationTests.Security;

/// <summary>An HTTP function of the app, as its attributes describe it.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="Verb">The method in upper case.</param>
/// <param name="Route">The route below <c>/api/</c>.</param>
/// <param name="Level">Who may call it.</param>
public sealed partial record HttpFunction(string Name, string Verb, string Route, AuthorizationLevel Level)
{
    private static readonly Type[] Types =
        [.. typeof(ServerlessServices).Assembly.GetTypes().Where(t => t.GetMethods().Any(m => m.IsDefined(typeof(FunctionAttribute))))];

    /// <summary>The classes of all functions, of any trigger.</summary>
    public static Type[] Classes => Types;

    /// <summary>Every HTTP function, once for each of its methods.</summary>
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from type in Types
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(a => a is not null)
           where function is not null && trigger is not null
           from verb in trigger.Methods ?? ["get", "post", "put", "patch", "delete"]
           orderby trigger.Route, verb
           select new HttpFunction(function.Name, verb.ToUpperInvariant(), trigger.Route ?? function.Name, trigger.AuthLevel),
    ];

    /// <summary>It takes a body.</summary>
    public bool TakesBody => Verb is "POST" or "PUT" or "PATCH";

    /// <summary>It has a part that the caller names.</summary>
    public bool HasValues => Route.Contains('{', StringComparison.Ordinal);

    /// <summary>The path, every part that the caller names being the same.</summary>
    public string Path(string value) => "/api/" + Parameter().Replace(Route, _ => value);

    public override string ToString() => $"{Verb} {Route}";

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
