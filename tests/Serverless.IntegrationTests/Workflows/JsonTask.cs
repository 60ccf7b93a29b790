using System.Collections.Concurrent;
using System.Text.Json;
using Serverless.Tasks;

namespace Serverless.IntegrationTests.Workflows;

/// <summary>The script of the task below, and its record.</summary>
internal sealed class JsonScript
{
    public ConcurrentQueue<JsonTask.Args> Runs { get; } = [];

    public Func<JsonTask.Args, TaskContext, Task<object?>> Run { get; set; } = (args, _) => Task.FromResult<object?>(args.Value);
}

/// <summary>A scripted task whose first argument may be anything.</summary>
[TaskHandler("test.json")]
internal sealed class JsonTask(JsonScript script) : ITaskHandler<JsonTask.Args, object?>
{
    public sealed record Args(JsonElement? Value = null, string? Label = null);

    public async Task<object?> RunAsync(Args args, TaskContext context)
    {
        script.Runs.Enqueue(args);
        return await script.Run(args, context);
    }
}
