using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Replay;

/// <summary>The orchestrators of this build, found without a host: they are static and take nothing but their context.</summary>
internal sealed class Orchestrators
{
    private readonly Dictionary<string, MethodInfo> _methods = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidFunctionsException">An orchestrator asks for more than its context.</exception>
    public Orchestrators(Assembly assembly)
    {
        var faults = new List<string>();
        foreach (var function in FunctionDiscovery.Find([assembly], [], faults))
        {
            if (function.Method.GetParameters() is not [var first, ..]) continue;
            var trigger = function.Method.GetParameters()
                .Select(p => p.GetCustomAttribute<OrchestrationTriggerAttribute>()).FirstOrDefault(a => a is not null);
            if (trigger is null) continue;
            if (!function.Method.IsStatic || function.Method.GetParameters().Length > 1
                || first.ParameterType != typeof(TaskOrchestrationContext))
                faults.Add($"{function}: it must be static and take its context alone, or it cannot be replayed without a host.");
            else _methods[trigger.Orchestration ?? function.Name] = function.Method;
        }

        if (faults.Count > 0) throw new InvalidFunctionsException(faults);
    }

    /// <summary>The code of one; null when there is none of that name.</summary>
    public Func<TaskOrchestrationContext, Task<object?>>? Find(string name) =>
        _methods.TryGetValue(name, out var method) ? context => CallAsync(method, context) : null;

    private static Task<object?> CallAsync(MethodInfo method, TaskOrchestrationContext context) =>
        FunctionResult.CreateReader(method.ReturnType)(
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [context], culture: null));
}
