using System.Text.Json.Serialization;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Store;

/// <summary>The state of one step of a run.</summary>
/// <param name="Name">The step.</param>
/// <param name="Type">What it does.</param>
/// <param name="Status">Where it stands.</param>
internal sealed record StepRecord(string Name, WorkflowStepType Type, StepState Status)
{
    /// <summary>When it began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The number of times that it ran; null when that is not known.</summary>
    public int? Attempts { get; init; }

    /// <summary>The task, or the instance of a child workflow, map or orchestration, that does the work.</summary>
    public string? WorkId { get; init; }

    /// <summary>The signal that it waits for.</summary>
    public string? Signal { get; init; }

    /// <summary>When it stops waiting; null when that is the run's end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The result.</summary>
    public StoredValue? Result { get; init; }

    /// <summary>The reason of the failure.</summary>
    public StepError? Error { get; init; }

    /// <summary>The task that undid it, or was to.</summary>
    public string? UndoId { get; init; }

    /// <summary>The run that did it, when this one took the result over.</summary>
    public string? TakenFrom { get; init; }

    /// <summary>Nothing follows by itself.</summary>
    [JsonIgnore]
    public bool IsFinal => Status is not (StepState.Pending or StepState.Running or StepState.Waiting);

    /// <summary>It has begun and not ended.</summary>
    [JsonIgnore]
    public bool IsAtWork => Status is StepState.Running or StepState.Waiting;
}
