using Serverless.Tasks;

namespace Serverless.Benchmarks.Tasks;

/// <summary>Answers with its argument.</summary>
[TaskHandler("bench.noop")]
public sealed class NoOpTask : ITaskHandler<NoOpTask.Args, int>
{
    public sealed record Args(int Number);

    public Task<int> RunAsync(Args args, TaskContext context) => Task.FromResult(args.Number);
}
