using Serverless.Tasks;

namespace Serverless.TestSupport.Scale;

/// <summary>Answers with its argument, at once or after a while.</summary>
[TaskHandler("bench.noop")]
internal sealed class NoOpTask : ITaskHandler<NoOpTask.Args, int>
{
    private static int _running;

    /// <summary>The number that runs now.</summary>
    public static int Running => Volatile.Read(ref _running);

    public sealed record Args(int Number, int Milliseconds = 0);

    public async Task<int> RunAsync(Args args, TaskContext context)
    {
        Interlocked.Increment(ref _running);
        try
        {
            if (args.Milliseconds > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(args.Milliseconds), TimeProvider.System, context.CancellationToken);
            return args.Number;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
