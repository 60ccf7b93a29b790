using Serverless.Tasks;

namespace Serverless.Workflows.Items;

/// <summary>A chunk of a map, as a task: so that it runs through a queue or in an activity, like any other.</summary>
[TaskHandler(Name, TimeoutSeconds = TaskHandlerAttribute.MaxSecondsWithLock, RetryDelaySeconds = 10)]
internal sealed class ChunkTask(ChunkRunner runner) : ITaskHandler<ChunkTask.Args, ChunkOutcome>
{
    /// <summary>The task's name.</summary>
    public const string Name = "workflows.chunk";

    /// <summary>Which chunk of which map.</summary>
    public sealed record Args(string RunId, string Place, int Chunk);

    /// <inheritdoc/>
    public Task<ChunkOutcome> RunAsync(Args args, TaskContext context) => runner.RunAsync(args, context);
}
