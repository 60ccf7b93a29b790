using Microsoft.Azure.Functions.Worker;

namespace Serverless.Workflows.Items;

/// <summary>Counts the items of a map, and finds where its chunks start.</summary>
internal sealed class PlanItems(ItemPlanner planner)
{
    /// <summary>Plans it; twice is the same.</summary>
    [Function(nameof(PlanItems))]
    public Task<ItemPlan> RunAsync([ActivityTrigger] ItemMapInput map, CancellationToken cancellationToken) =>
        planner.PlanAsync(map, cancellationToken);
}
