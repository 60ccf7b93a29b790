using System.Text.Json.Serialization;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Store;

/// <summary>The state of a run.</summary>
/// <param name="Id">The run's id, which is its orchestration's, too.</param>
/// <param name="Workflow">The workflow.</param>
/// <param name="Version">The version it runs, from its start to its end.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Created">When it was asked for.</param>
internal sealed record RunRecord(string Id, string Workflow, int Version, RunState Status, DateTimeOffset Created)
{
    /// <summary>The steps of its definition.</summary>
    public int TotalSteps { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The run that it repeats from where that one failed.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The step from which on it repeats that one; null for where that one failed.</summary>
    public string? RerunFrom { get; init; }

    /// <summary>Words that it can be found by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The run whose step it is.</summary>
    public string? Parent { get; init; }

    /// <summary>The input of its start.</summary>
    public StoredValue? Input { get; init; }

    /// <summary>The result of its last step.</summary>
    public StoredValue? Output { get; init; }

    /// <summary>The reason of the failure, and the step that failed.</summary>
    public StepError? Error { get; init; }

    /// <summary>The request that asked for it; null for the step of another run.</summary>
    [JsonIgnore]
    public string? Request { get; init; }

    /// <summary>Its orchestration was started: if there is none any more, somebody ended it and deleted its history.</summary>
    [JsonIgnore]
    public bool IsBegun { get; init; }

    /// <summary>It undoes what it has done; suspended, too.</summary>
    [JsonIgnore]
    public bool IsUndoing { get; init; }

    /// <summary>Nothing follows by itself.</summary>
    [JsonIgnore]
    public bool IsFinal => Status is RunState.Completed or RunState.Failed or RunState.Cancelled;
}
