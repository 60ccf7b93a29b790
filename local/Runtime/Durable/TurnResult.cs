using Microsoft.DurableTask.Client;
using P = Microsoft.DurableTask.Protobuf;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The changes of one turn of an orchestration. They are committed whole, or not at all.</summary>
internal sealed class TurnResult
{
    public required DateTime Now { get; init; }

    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Running;

    /// <summary>To append to the history.</summary>
    public List<P.HistoryEvent> History { get; } = [];

    /// <summary>The messages that are done with.</summary>
    public List<Message> Consumed { get; } = [];

    /// <summary>The messages that wait until the instance is resumed.</summary>
    public List<Message> Held { get; set; } = [];

    public List<P.HistoryEvent> NewSteps { get; } = [];

    public string? Output { get; set; }

    public string? Failure { get; set; }

    /// <summary>False: the custom status stays as it is.</summary>
    public bool SetsCustomStatus { get; set; }

    public string? CustomStatus { get; set; }

    /// <summary>The code's state for the next turn; null if that one replays.</summary>
    public GuardedOrchestrator? Session { get; set; }

    /// <summary>Not null if the orchestration starts over.</summary>
    public NextExecution? Next { get; set; }

    /// <summary>True if the code of this execution ran for the first time.</summary>
    public bool StartsExecution { get; set; }

    public bool IsFinished =>
        Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    public bool IsSuspended => Status == OrchestrationRuntimeStatus.Suspended;
}
