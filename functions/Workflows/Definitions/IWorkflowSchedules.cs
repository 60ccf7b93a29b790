using Serverless.Http;

namespace Serverless.Workflows.Definitions;

/// <summary>The schedules that definitions of workflows bring along. Schedules know workflows, not the other way round.</summary>
internal interface IWorkflowSchedules
{
    /// <summary>Notes what is wrong with a definition's schedule.</summary>
    Task CheckAsync(WorkflowDefinition definition, ValidationErrors faults, CancellationToken cancellationToken);

    /// <summary>Makes, changes or removes the schedule, as the definition has it.</summary>
    Task ApplyAsync(WorkflowDefinition definition, CancellationToken cancellationToken);

    /// <summary>Removes the schedule of a workflow; none is fine.</summary>
    Task RemoveAsync(string workflow, CancellationToken cancellationToken);
}
