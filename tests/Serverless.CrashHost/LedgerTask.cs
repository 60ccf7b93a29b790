using System.Text;
using Serverless.Tasks;

namespace Serverless.CrashHost;

/// <summary>Adds its number to the ledger, a file with a line for each run.</summary>
[TaskHandler("crash.ledger")]
internal sealed class LedgerTask(FileStream ledger) : ITaskHandler<LedgerTask.Args, int>
{
    public sealed record Args(int Number);

    public Task<int> RunAsync(Args args, TaskContext context)
    {
        StepGate.Say($"running {args.Number}");

        // Unbuffered: the line is the system's once this returns, whatever becomes of the process.
        lock (ledger) ledger.Write(Encoding.UTF8.GetBytes($"{args.Number}\n"));
        return Task.FromResult(args.Number);
    }
}
