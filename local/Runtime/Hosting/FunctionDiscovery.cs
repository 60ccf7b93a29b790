using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>Finds the functions of an app.</summary>
internal static partial class FunctionDiscovery
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The functions, in the order of their names. Those that no host would take are left out, with a fault.</summary>
    public static IReadOnlyList<FunctionMethod> Find(IEnumerable<Assembly> assemblies, IEnumerable<Type> types, ICollection<string> faults)
    {
        var found = new List<FunctionMethod>();
        var methods = assemblies.SelectMany(MarkedMethods.In).Concat(types.SelectMany(t => t.GetMethods(Declared))).Distinct();
        foreach (var method in methods)
        {
            if (method.GetCustomAttribute<FunctionAttribute>(inherit: false) is not { } attribute) continue;
            var function = new FunctionMethod(attribute.Name ?? "", method);
            if (Fault(function) is { } fault) faults.Add($"{function}: {fault}");
            else found.Add(function);
        }

        foreach (var same in found.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Skip(1).Any()))
            faults.Add(
                $"{same.Key}: the name is used by {string.Join(" and ", same.Select(f => f.EntryPoint))}. Names must be unique, whatever " +
                $"the case of their letters.");

        return [.. found.DistinctBy(f => f.Name, StringComparer.OrdinalIgnoreCase).OrderBy(f => f.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static string? Fault(FunctionMethod function)
    {
        if (!ValidName().IsMatch(function.Name))
            return "the name must be a letter followed by up to 127 letters, digits, '_' or '-', and not 'host'.";
        if (!function.Method.IsPublic) return "the method must be public.";
        if (function.Method.IsGenericMethodDefinition || function.Class.ContainsGenericParameters)
            return "neither the method nor its class can be generic.";
        if (function.Class.IsAbstract && !function.Method.IsStatic)
            return "the class is abstract: make the method static or the class concrete.";
        if (function.Method.ReturnType == typeof(void)
            && function.Method.IsDefined(typeof(System.Runtime.CompilerServices.AsyncStateMachineAttribute)))
            return "an async function must return a task, or nobody knows when it ends or fails.";
        return function.Method.GetParameters().Any(p => p.ParameterType.IsByRef) ? "parameters cannot be ref, in or out." : null;
    }

    [GeneratedRegex("^(?!host$)[a-z][a-z0-9_-]{0,127}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
