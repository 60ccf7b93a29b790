using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;

namespace Serverless.Local.Runtime.Hosting;

/// <summary>The app's orchestrators and activities, for the engine.</summary>
internal sealed class DurableFunctions(FunctionInvoker invoker) : IDurableFunctions
{
    // What the host calls the trigger's metadata; an activity may take it by this name.
    public const string InstanceId = "instanceId";

    private readonly Dictionary<string, BoundFunction> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, BoundFunction> _activities = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="BindingFaultException">Another function has the name.</exception>
    public void AddOrchestrator(string name, BoundFunction function) => Add(_orchestrators, name, function);

    /// <inheritdoc cref="AddOrchestrator"/>
    public void AddActivity(string name, BoundFunction function) => Add(_activities, name, function);

    public Func<TaskOrchestrationContext, Task<object?>>? FindOrchestrator(string name) =>
        _orchestrators.TryGetValue(name, out var function)
            ? context => invoker.ReplayAsync(function, context, Data(context.InstanceId)) : null;

    public Func<ActivityCall, CancellationToken, Task<object?>>? FindActivity(string name) =>
        _activities.TryGetValue(name, out var function)
            ? (call, cancellation) => invoker.InvokeAsync(function, call, Data(call.InstanceId), cancellation: cancellation)
            : null;

    private static Dictionary<string, object?> Data(string instanceId) =>
        new(StringComparer.OrdinalIgnoreCase) { [InstanceId] = instanceId };

    private static void Add(Dictionary<string, BoundFunction> functions, string name, BoundFunction function)
    {
        if (!functions.TryAdd(name, function))
            throw new BindingFaultException($"its durable name '{name}' is also that of {functions[name].Method}.");
    }
}
