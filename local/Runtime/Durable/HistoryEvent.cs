namespace Serverless.Local.Runtime.Durable;

/// <summary>One line of an orchestration's history.</summary>
internal sealed record HistoryEvent(HistoryEventKind Kind, DateTime Timestamp)
{
    /// <summary>The number of the step that this schedules or ends, from 0; -1 for what is no step.</summary>
    public int Step { get; init; } = -1;

    /// <summary>The name of the activity, orchestrator or event.</summary>
    public string? Name { get; init; }

    /// <summary>The JSON input, result or payload; plain text for a reason.</summary>
    public string? Data { get; init; }

    /// <summary>The instance that a step starts or sends to.</summary>
    public string? Target { get; init; }

    /// <summary>A failure as JSON: see <see cref="Failures"/>.</summary>
    public string? Failure { get; init; }

    public DateTime? FireAt { get; init; }

    /// <summary>What a step's caller noted with it, as JSON; with a sub-orchestration, its version too.</summary>
    public string? Tags { get; init; }

    public string? Version { get; init; }

    /// <summary>About how many bytes it takes in memory.</summary>
    public int Size => 120 + (2 * ((Data?.Length ?? 0) + (Failure?.Length ?? 0)));

    /// <summary>True for what the orchestrator's code did, false for what happened to it.</summary>
    public bool IsStep => Kind is HistoryEventKind.TaskScheduled or HistoryEventKind.SubOrchestrationInstanceCreated
        or HistoryEventKind.TimerCreated or HistoryEventKind.EventSent;
}
