using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Tasks;

namespace Serverless.TestSupport.Tasks;

/// <summary>The script of the scripted tasks, and its record.</summary>
internal sealed class Script
{
    /// <summary>Every run of them.</summary>
    public ConcurrentQueue<ScriptRun> Runs { get; } = [];

    /// <summary>The handler.</summary>
    internal Func<ScriptArgs, TaskContext, Task<object?>> Run { get; set; } = (_, _) => Task.FromResult<object?>("done");

    public Func<ScriptArgs, Task<ScriptArgs?>> Sanitize { get; set; } = _ => Task.FromResult<ScriptArgs?>(null);

    internal Func<ScriptArgs, Task<Recovery<ScriptArgs>>> Recover { get; set; } = _ => Task.FromResult(
        new Recovery<ScriptArgs>(Retry: false));

    public async Task<object?> RunAsync(ScriptArgs args, TaskContext context)
    {
        Runs.Enqueue(new ScriptRun(context.Id, context.Attempt, args));
        return await Run(args, context);
    }
}

public sealed record ScriptRun(string Id, int Attempt, ScriptArgs Args);

public sealed record ScriptArgs(string? Text = null, int? ChunkSize = null, string? Tenant = null, JsonElement? Job = null);

[TaskHandler("test.script")]
internal sealed class ScriptTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("test.private", KeepArguments = false)]
internal sealed class PrivateTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("tenant_test.script", RetryDelaySeconds = 7)]
internal sealed class TenantScriptTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("test.rescue")]
internal sealed class RescueTask(Script script) : ITaskHandler<ScriptArgs, object?>, ITaskSanitizer<ScriptArgs>, ITaskRecovery<ScriptArgs>
{
    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);

    public Task<ScriptArgs?> SanitizeAsync(ScriptArgs args, Exception exception, TaskContext context) => script.Sanitize(args);

    public Task<Recovery<ScriptArgs>> RecoverAsync(ScriptArgs args, Exception exception, TaskContext context) => script.Recover(args);
}

[TaskHandler("test.long", LongRunning = true)]
internal sealed class LongScriptTask(Script script) : ITaskHandler<JsonElement, object?>
{
    public Task<object?> RunAsync(JsonElement args, TaskContext context) => script.RunAsync(new ScriptArgs(), context);
}

[TaskHandler("test.quick", TimeoutSeconds = TimeoutSeconds)]
internal sealed class QuickTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    /// <summary>Shorter than its lane's lock.</summary>
    public const int TimeoutSeconds = 20;

    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("test.circuit", PauseOnOpenCircuit = CircuitPause.Task, KeepSeconds = KeepSeconds)]
internal sealed class CircuitTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    public const int KeepSeconds = 7_200;

    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("test.circuit_queue", Queue = "email", PauseOnOpenCircuit = CircuitPause.Queue)]
internal sealed class CircuitQueueTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}

[TaskHandler("test.beat", HeartbeatSeconds = HeartbeatSeconds, MaxRetries = 0)]
internal sealed class BeatTask(Script script) : ITaskHandler<ScriptArgs, object?>
{
    // Several of them are less than a message lock, which the turned clock would end.
    public const int HeartbeatSeconds = 10;

    public Task<object?> RunAsync(ScriptArgs args, TaskContext context) => script.RunAsync(args, context);
}
