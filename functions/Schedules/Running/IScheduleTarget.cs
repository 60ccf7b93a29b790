using Microsoft.DurableTask.Client;
using Serverless.Http;

namespace Serverless.Schedules.Running;

/// <summary>A kind of work that a schedule starts: a task or a workflow.</summary>
internal interface IScheduleTarget
{
    /// <summary>True when the definition names one of this kind.</summary>
    bool IsOf(ScheduleDefinition definition);

    /// <summary>Notes what would keep it from being started.</summary>
    Task CheckAsync(ScheduleDefinition definition, ValidationErrors faults, CancellationToken cancellationToken);

    /// <summary>Starts it, unless it was started before under this id.</summary>
    Task StartAsync(DurableTaskClient client, ScheduleDefinition definition, string runId, CancellationToken cancellationToken);

    /// <summary>True when a run was started and has not ended.</summary>
    Task<bool> IsActiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken);

    /// <summary>The address at which a run is looked at, below <c>/api/</c>.</summary>
    string PathOf(string runId);
}
