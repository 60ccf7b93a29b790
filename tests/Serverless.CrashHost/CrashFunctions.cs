using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Local.Runtime.Durable;

namespace Serverless.CrashHost;

/// <summary>An orchestration that does a bit of everything. Its result must not depend on how often its host died.</summary>
internal sealed class CrashFunctions(Action<string> activityRan) : IDurableFunctions
{
    private const int Rounds = 2;

    public static int Expected(int start)
    {
        var value = start;
        for (var round = 0; round < Rounds; round++) value = ((value + 3) * 5) + 10 + 100;
        return value;
    }

    public Func<TaskOrchestrationContext, Task<object?>>? FindOrchestrator(string name) => name switch
    {
        nameof(Mixed) => async c => await Mixed(c),
        nameof(Child) => async c => await Child(c),
        _ => null,
    };

    public Func<ActivityCall, CancellationToken, Task<object?>>? FindActivity(string name) => name == "Add" ? Add : null;

    private Task<object?> Add(ActivityCall call, CancellationToken token)
    {
        activityRan(call.InstanceId);
        return Task.FromResult<object?>(JsonSerializer.Deserialize<int>(call.Input!) + 1);
    }

    private static async Task<int> Mixed(TaskOrchestrationContext c)
    {
        var (value, round) = c.GetInput<State>()!;
        for (var i = 0; i < 3; i++) value = await c.CallActivityAsync<int>("Add", value);

        var fanned = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => c.CallActivityAsync<int>("Add", value + i - 1)));
        value = fanned.Sum();

        var hello = c.WaitForExternalEvent<int>("Hello");
        var child = c.CallSubOrchestratorAsync<int>(nameof(Child), value);
        await c.CreateTimer(TimeSpan.FromMilliseconds(5), CancellationToken.None);
        value = await child + await hello;
        if (round + 1 == Rounds) return value;

        c.ContinueAsNew(new State(value, round + 1));
        return 0;
    }

    private static async Task<int> Child(TaskOrchestrationContext c)
    {
        c.SendEvent(c.Parent!.InstanceId, "hello", 100);
        return await c.CallActivityAsync<int>("Add", c.GetInput<int>() - 1);
    }

    internal sealed record State(int Value, int Round);
}
