using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Tasks;

namespace Serverless.Workflows.Items;

/// <summary>
/// The context of one item: its id is the chunk's with the item's number, so that its handler can tell it from its neighbours.
/// </summary>
internal sealed class ItemContext(TaskContext chunk, string task, int item, CancellationToken cancellationToken, int attempt = 0)
    : TaskContext
{
    public override string Id => string.Create(CultureInfo.InvariantCulture, $"{chunk.Id}-{item}");

    public override string Name => task;

    public override int Attempt => attempt;

    public override string? Tenant => chunk.Tenant;

    public override CancellationToken CancellationToken => cancellationToken;

    public override ILogger Logger => chunk.Logger;

    /// <summary>The context of another attempt.</summary>
    public ItemContext With(int attempt, CancellationToken token) => new(chunk, task, item, token, attempt);

    // The items of a chunk are too many to report each.
    public override ValueTask ReportAsync(long current, long total, string? status = null) => ValueTask.CompletedTask;
}
