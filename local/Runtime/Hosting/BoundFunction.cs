using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>A function that can be invoked.</summary>
internal sealed class BoundFunction(
    FunctionMethod method, ITriggerKind kind, TriggerBindingAttribute trigger, IReadOnlyList<ParameterBinder> binders)
{
    // Compiled for the first call, not for all functions at the start, which would take a third of it.
    private readonly Lazy<ObjectFactory> _create = new(() => ActivatorUtilities.CreateFactory(method.Class, []));
    private readonly Func<object?, Task<object?>> _unwrap = FunctionResult.CreateReader(method.Method.ReturnType);

    public FunctionMethod Method { get; } = method;

    public string Name => Method.Name;

    public ITriggerKind Kind { get; } = kind;

    public TriggerBindingAttribute Trigger { get; } = trigger;

    public LocalFunctionDefinition Definition => field ??= new LocalFunctionDefinition(Method, Kind, Trigger);

    public bool IsStatic => Method.Method.IsStatic;

    /// <summary>Fills the parameters and calls the method. Stays on the caller's synchronization context.</summary>
    public async Task<object?> CallAsync(Invocation invocation)
    {
        var arguments = new object?[binders.Count];
        for (var i = 0; i < arguments.Length; i++) arguments[i] = await binders[i](invocation);
        var instance = IsStatic ? null : _create.Value(invocation.InstanceServices, null);
        var result = Method.Method.Invoke(instance, System.Reflection.BindingFlags.DoNotWrapExceptions, null, arguments, null);
        return await _unwrap(result);
    }
}
