using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The app's durable functions, by name, as the engine calls them. Names are case-insensitive, as on Azure.</summary>
internal interface IDurableFunctions
{
    /// <summary>Null when the app has no orchestrator of that name. The result is the unserialized output.</summary>
    Func<TaskOrchestrationContext, Task<object?>>? FindOrchestrator(string name);

    /// <summary>Null when the app has no activity of that name.</summary>
    Func<ActivityCall, CancellationToken, Task<object?>>? FindActivity(string name);
}

/// <summary>One run of an activity: <paramref name="Input"/> is JSON, null where the caller gave none.</summary>
internal sealed record ActivityCall(string Name, string InstanceId, string? Input);
