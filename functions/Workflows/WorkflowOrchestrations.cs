using Serverless.Tasks;

namespace Serverless.Workflows;

/// <summary>The orchestrations that workflows may run, by name.</summary>
internal sealed class WorkflowOrchestrations(IEnumerable<WorkflowOrchestration> registered)
{
    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, WorkflowOrchestration> ByName { get; } = registered.ToDictionary(
        o => o.Name, StringComparer.Ordinal);

    /// <summary>Null when there is none of that name.</summary>
    public WorkflowOrchestration? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The one of that name.</summary>
    /// <exception cref="TaskValidationException">There is none.</exception>
    public WorkflowOrchestration Get(string name) =>
        Find(name) ?? throw new TaskValidationException($"There is no orchestration '{name}'.");
}
