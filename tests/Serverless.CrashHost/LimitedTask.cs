using System.Text;
using Serverless.Tasks;

namespace Serverless.CrashHost;

/// <summary>Says in the ledger when it begins and ends; two of each key run at once, and no more.</summary>
[TaskHandler("crash.limited", Concurrency = AtOnce, LimitKey = "key", MaxRetries = 0)]
internal sealed class LimitedTask(FileStream ledger, TimeProvider time) : ITaskHandler<LimitedTask.Args, int>
{
    /// <summary>The limit.</summary>
    public const int AtOnce = 2;

    // So long that others would begin meanwhile, if they could.
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(30);

    public sealed record Args(string Key, int Number);

    public async Task<int> RunAsync(Args args, TaskContext context)
    {
        Note($"+ {args.Key} {args.Number}");
        StepGate.Say($"running {args.Number}");
        await Task.Delay(Work, time, context.CancellationToken);
        Note($"- {args.Key} {args.Number}");
        return args.Number;
    }

    // Unbuffered: the line is the system's once this returns, whatever becomes of the process.
    private void Note(string line)
    {
        lock (ledger) ledger.Write(Encoding.UTF8.GetBytes($"{line}\n"));
    }
}
