namespace Microsoft.DurableTask.Client;

/// <summary>Where an orchestration stands.</summary>
public enum OrchestrationRuntimeStatus
{
    Running,

    Completed,

    [Obsolete("Not used any more.")]
    ContinuedAsNew,

    /// <summary>An exception left the orchestrator.</summary>
    Failed,

    [Obsolete("Not used.")]
    Canceled,

    Terminated,

    /// <summary>Accepted, not started yet.</summary>
    Pending,

    Suspended,
}
