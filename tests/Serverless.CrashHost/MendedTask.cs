using System.Text;
using Serverless.Tasks;

namespace Serverless.CrashHost;

/// <summary>Fails for good while there is no ledger, and adds its number to it once there is one.</summary>
[TaskHandler("crash.mended")]
internal sealed class MendedTask(RequeueCrashHost.Ledger ledger) : ITaskHandler<MendedTask.Args, int>
{
    public sealed record Args(int Number);

    public Task<int> RunAsync(Args args, TaskContext context)
    {
        if (ledger.File is not { } file) throw new TaskValidationException("It is not mended yet.");

        lock (file) file.Write(Encoding.UTF8.GetBytes($"{args.Number}\n"));
        return Task.FromResult(args.Number);
    }
}
