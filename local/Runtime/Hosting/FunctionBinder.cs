using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>Makes functions callable, or says why they are not.</summary>
internal sealed class FunctionBinder(
    IEnumerable<ITriggerKind> kinds, IServiceProviderIsService services, Func<DurableTaskClient> durableClient)
{
    private readonly Dictionary<Type, ITriggerKind> _kinds = kinds.ToDictionary(k => k.Attribute);

    /// <summary>The functions that can be bound; a line in <paramref name="faults"/> for every reason that one cannot.</summary>
    public IReadOnlyList<BoundFunction> Bind(IEnumerable<FunctionMethod> functions, ICollection<string> faults) =>
        [.. functions.Select(f => Bind(f, faults)).OfType<BoundFunction>()];

    private BoundFunction? Bind(FunctionMethod function, ICollection<string> faults)
    {
        var before = faults.Count;
        var parameters = function.Method.GetParameters();
        var triggers = parameters.SelectMany(p => p.GetCustomAttributes<TriggerBindingAttribute>()).ToList();
        if (triggers.Count != 1)
        {
            faults.Add(
                $"{function}: it has {(triggers.Count == 0 ? "no trigger" : $"{triggers.Count} triggers")}; exactly one parameter must " +
                $"have a trigger attribute.");
            return null;
        }

        if (!_kinds.TryGetValue(triggers[0].GetType(), out var kind))
        {
            faults.Add($"{function}: this host has no trigger [{Short(triggers[0])}].");
            return null;
        }

        CheckConstructor(function, faults);
        var binders = parameters.Select(p => Bind(p, function, kind, faults)).ToList();
        return faults.Count == before ? new BoundFunction(function, kind, triggers[0], binders!) : null;
    }

    private ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function, ITriggerKind kind, ICollection<string> faults)
    {
        try
        {
            return BindCommon(parameter) ?? kind.Bind(parameter, function)
                ?? throw new BindingFaultException($"nothing gives a {Name(parameter.ParameterType)} to a function with {kind.Name}.");
        }
        catch (BindingFaultException e)
        {
            faults.Add($"{function}: parameter '{parameter.Name}': {e.Message}");
            return null;
        }
    }

    private ParameterBinder? BindCommon(ParameterInfo parameter)
    {
        if (parameter.GetCustomAttribute<InputBindingAttribute>() is { } input)
        {
            if (input is not DurableClientAttribute) throw new BindingFaultException($"this host has no binding [{Short(input)}].");
            return parameter.ParameterType == typeof(DurableTaskClient)
                ? _ => ValueTask.FromResult<object?>(durableClient())
                : throw new BindingFaultException($"[DurableClient] gives a DurableTaskClient, not a {Name(parameter.ParameterType)}.");
        }

        if (parameter.IsDefined(typeof(TriggerBindingAttribute), inherit: true)) return null;
        if (parameter.ParameterType == typeof(FunctionContext)) return i => ValueTask.FromResult<object?>(i);
        return parameter.ParameterType == typeof(CancellationToken) ? i => ValueTask.FromResult<object?>(i.CancellationToken) : null;
    }

    // What a class needs is known now; the first invocation would be late to find out.
    private void CheckConstructor(FunctionMethod function, ICollection<string> faults)
    {
        if (function.Method.IsStatic) return;
        var constructors = function.Class.GetConstructors();
        if (constructors.Length == 0) faults.Add($"{function}: {function.Class.Name} has no public constructor.");
        if (constructors.Length > 1 && !constructors.Any(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))))
        {
            faults.Add(
                $"{function}: {function.Class.Name} has several public constructors; mark one with [ActivatorUtilitiesConstructor].");
        }

        if (constructors.Length != 1) return;
        foreach (var parameter in constructors[0].GetParameters())
        {
            if (parameter.HasDefaultValue || parameter.IsDefined(typeof(FromKeyedServicesAttribute))
                || services.IsService(parameter.ParameterType)) continue;
            faults.Add(
                $"{function}: constructor parameter '{parameter.Name}': no service of type {Name(parameter.ParameterType)} is registered.");
        }
    }

    private static string Short(Attribute attribute) => attribute.GetType().Name.Replace(nameof(Attribute), "", StringComparison.Ordinal);

    private static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GenericTypeArguments.Select(Name))}>"
        : type.Name;
}
