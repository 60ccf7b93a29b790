using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;

namespace Serverless.IntegrationTests.Durable;

/// <summary>Durable functions made of delegates.</summary>
internal sealed class TestFunctions : IDurableFunctions
{
    private readonly Dictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = new(
        StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<ActivityCall, CancellationToken, Task<object?>>> _activities = new(
        StringComparer.OrdinalIgnoreCase);

    public Func<TaskOrchestrationContext, Task<object?>>? FindOrchestrator(string name) => _orchestrators.GetValueOrDefault(name);

    public Func<ActivityCall, CancellationToken, Task<object?>>? FindActivity(string name) => _activities.GetValueOrDefault(name);

    public TestFunctions Orchestrator<T>(string name, Func<TaskOrchestrationContext, Task<T>> code)
    {
        _orchestrators[name] = async context => await code(context);
        return this;
    }

    public TestFunctions Activity<TIn, TOut>(string name, Func<TIn, TOut> code) =>
        Activity<TIn, TOut>(name, (input, _) => Task.FromResult(code(input)));

    public TestFunctions Activity<TIn, TOut>(string name, Func<TIn, CancellationToken, Task<TOut>> code)
    {
        _activities[name] = async (call, token) => await code(
            call.Input is null ? default! : JsonSerializer.Deserialize<TIn>(call.Input)!, token);
        return this;
    }
}
