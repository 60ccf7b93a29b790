using System.Text;
using Serverless.Resilience;
using Serverless.Tasks;

namespace Serverless.CrashHost;

/// <summary>Needs a service that may be down; adds its number to the ledger when it is up.</summary>
[TaskHandler("crash.charge", Queue = CircuitCrashHost.Queue, PauseOnOpenCircuit = CircuitPause.Queue)]
internal sealed class ChargeTask(ChargeService service, FileStream ledger) : ITaskHandler<ChargeTask.Args, int>
{
    // Short: the clock of the host goes on by itself.
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(2);

    public sealed record Args(int Number);

    public Task<int> RunAsync(Args args, TaskContext context)
    {
        StepGate.Say($"running {args.Number}");
        if (!service.IsUp) throw new CircuitOpenException("payments", Break);
        lock (ledger) ledger.Write(Encoding.UTF8.GetBytes($"{args.Number}\n"));
        return Task.FromResult(args.Number);
    }
}

/// <summary>The service.</summary>
/// <param name="IsUp">It answers.</param>
internal sealed record ChargeService(bool IsUp);
