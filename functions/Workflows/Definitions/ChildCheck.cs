using Serverless.Http;

namespace Serverless.Workflows.Definitions;

/// <summary>Checks the child workflows of a definition: each is registered, and none leads back to it.</summary>
internal static class ChildCheck
{
    private const int MaxDepth = 50;

    public static async Task CheckAsync(
        WorkflowDefinition definition, Func<string, CancellationToken, Task<WorkflowDefinition?>> find, ValidationErrors faults,
        CancellationToken cancellationToken)
    {
        foreach (var step in definition.ListSteps().Where(s => s.Workflow is not null))
        {
            var path = new List<string> { definition.Name };
            var seen = new HashSet<string>(StringComparer.Ordinal);
            if (await FindCycleAsync(step.Workflow!) is { } fault) faults.Add($"step {step.Name}: workflow", fault);

            async Task<string?> FindCycleAsync(string name)
            {
                if (name == definition.Name) return $"A cycle of child workflows: {string.Join(" → ", path)} → {name}.";
                if (!seen.Add(name)) return null;
                if (path.Count > MaxDepth) return $"Child workflows stand inside each other more than {MaxDepth} deep.";
                if (await find(name, cancellationToken) is not { } child) return $"There is no workflow '{name}'; register it first.";
                path.Add(name);
                foreach (var inner in child.ListSteps().Select(s => s.Workflow).OfType<string>())
                {
                    if (await FindCycleAsync(inner) is { } found) return found;
                }

                path.RemoveAt(path.Count - 1);
                return null;
            }
        }
    }
}
