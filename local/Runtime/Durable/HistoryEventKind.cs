namespace Serverless.Local.Runtime.Durable;

/// <summary>What a history records. The numbers are in the database: add at the end.</summary>
internal enum HistoryEventKind
{
    ExecutionStarted = 0,

    /// <summary>A turn of the orchestrator began; its time is the orchestrator's clock until the next.</summary>
    OrchestratorStarted = 1,
    TaskScheduled = 2,
    TaskCompleted = 3,
    TaskFailed = 4,
    SubOrchestrationInstanceCreated = 5,
    SubOrchestrationInstanceCompleted = 6,
    SubOrchestrationInstanceFailed = 7,
    TimerCreated = 8,
    TimerFired = 9,
    EventSent = 10,
    EventRaised = 11,
    ExecutionSuspended = 12,
    ExecutionResumed = 13,
    ExecutionTerminated = 14,
    ExecutionCompleted = 15,

    /// <summary>Never stored: the orchestrator's code went on outside of its turn.</summary>
    LeftItsThread = 16,
}
