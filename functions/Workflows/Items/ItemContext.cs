using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Tasks;
using Serverless.Tasks.Running;

namespace Serverless.Workflows.Items;

/// <summary>
/// The context of one item: its id is the chunk's with the item's number, so that its handler can tell it from its neighbours.
/// </summary>
internal sealed class ItemContext(
    TaskContext chunk, string task, int item, CancellationToken cancellationToken, int attempt = 0, Heartbeat? heartbeat = null)
    : TaskContext
{
    public override string Id => string.Create(CultureInfo.InvariantCulture, $"{chunk.Id}-{item}");

    public override string Name => task;

    public override int Attempt => attempt;

    public override string? Tenant => chunk.Tenant;

    public override CancellationToken CancellationToken => cancellationToken;

    public override ILogger Logger => chunk.Logger;

    /// <summary>The context of another attempt.</summary>
    public ItemContext With(int attempt, Heartbeat? heartbeat, CancellationToken token) =>
        new(chunk, task, item, token, attempt, heartbeat);

    // The items of a chunk are too many to store what each reports.
    public override ValueTask ReportAsync(long current, long total, string? status = null)
    {
        heartbeat?.Beat();
        return ValueTask.CompletedTask;
    }
}
