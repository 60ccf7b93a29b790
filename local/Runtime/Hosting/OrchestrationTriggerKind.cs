using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>Orchestrators: the engine calls them.</summary>
internal sealed class OrchestrationTriggerKind(DurableFunctions functions) : ITriggerKind
{
    private static readonly MethodInfo ReadInput =
        typeof(OrchestrationTriggerKind).GetMethod(nameof(Input), BindingFlags.Static | BindingFlags.NonPublic)!;

    public string Name => "orchestrationTrigger";

    public Type Attribute => typeof(OrchestrationTriggerAttribute);

    public ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function)
    {
        if (parameter.IsDefined(typeof(TriggerBindingAttribute)))
        {
            return parameter.ParameterType == typeof(TaskOrchestrationContext)
                ? i => ValueTask.FromResult<object?>(i.Trigger)
                : throw new BindingFaultException(
                    $"[OrchestrationTrigger] gives a {nameof(TaskOrchestrationContext)}. Take the input in a parameter of its own, " +
                    $"without an attribute.");
        }

        var input = ReadInput.MakeGenericMethod(parameter.ParameterType).CreateDelegate<Func<TaskOrchestrationContext, object?>>();
        return i => ValueTask.FromResult(input((TaskOrchestrationContext)i.Trigger));
    }

    public ITriggerListener? CreateListener(BoundFunction function)
    {
        functions.AddOrchestrator(((OrchestrationTriggerAttribute)function.Trigger).Orchestration ?? function.Name, function);
        return null;
    }

    public string Describe(BoundFunction function, Uri address) => "";

    private static object? Input<T>(TaskOrchestrationContext context) => context.GetInput<T>();
}
