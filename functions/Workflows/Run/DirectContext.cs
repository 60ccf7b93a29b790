using Microsoft.Extensions.Logging;
using Serverless.Tasks;
using Serverless.Tasks.Running;

namespace Serverless.Workflows.Run;

/// <summary>The context of a handler that runs outside of a message: it has no row of its own to report progress to.</summary>
internal sealed class DirectContext(
    string id, string name, int attempt, ILogger logger, Heartbeat? heartbeat, CancellationToken cancellationToken) : TaskContext
{
    public override string Id => id;

    public override string Name => name;

    public override int Attempt => attempt;

    public override string? Tenant => null;

    public override CancellationToken CancellationToken => cancellationToken;

    public override ILogger Logger => logger;

    public override ValueTask ReportAsync(long current, long total, string? status = null)
    {
        heartbeat?.Beat();
        return ValueTask.CompletedTask;
    }
}
