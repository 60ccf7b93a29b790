using System.Text.Json;
using Serverless.Http;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Store;

/// <summary>A run as callers see it, with all its steps, those too that have not begun.</summary>
internal sealed record RunView
{
    /// <summary>The run's id.</summary>
    public required string Id { get; init; }

    /// <summary>The workflow.</summary>
    public required string Workflow { get; init; }

    /// <summary>The version it runs.</summary>
    public required int Version { get; init; }

    /// <summary>The state.</summary>
    public required RunState Status { get; init; }

    /// <summary>The innermost step at work.</summary>
    public string? CurrentStep { get; init; }

    /// <summary>Steps that have ended.</summary>
    public required int EndedSteps { get; init; }

    /// <summary>All steps.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>When it was asked for.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The run that it repeats.</summary>
    public string? RerunOf { get; init; }

    /// <summary>The step from which on it repeats that one; null for where that one failed.</summary>
    public string? RerunFrom { get; init; }

    /// <summary>Words that it can be found by.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The run whose step it is.</summary>
    public string? Parent { get; init; }

    /// <summary>The input of its start, while that is small.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>The blob with the input, when it is large.</summary>
    public string? InputBlob { get; init; }

    /// <summary>The address to read it at.</summary>
    public string? InputUrl => InputBlob is null ? null : Addresses.OfFile(InputBlob);

    /// <summary>The result of the last step, while that is small.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>The blob with the output, when it is large.</summary>
    public string? OutputBlob { get; init; }

    /// <summary>The address to read it at.</summary>
    public string? OutputUrl => OutputBlob is null ? null : Addresses.OfFile(OutputBlob);

    /// <summary>The reason of the failure, and the step that failed.</summary>
    public StepError? Error { get; init; }

    /// <summary>In the order in which the definition has them.</summary>
    public required IReadOnlyList<StepView> Steps { get; init; }

    /// <summary>A run with its steps.</summary>
    public static RunView From(RunRecord run, string? currentStep, IReadOnlyList<StepRecord> steps) => new()
    {
        Id = run.Id,
        Workflow = run.Workflow,
        Version = run.Version,
        Status = run.Status,
        CurrentStep = currentStep,
        EndedSteps = steps.Count(s => s.IsFinal),
        TotalSteps = steps.Count,
        Created = run.Created,
        Ended = run.Ended,
        RerunOf = run.RerunOf,
        RerunFrom = run.RerunFrom,
        Tags = run.Tags,
        Parent = run.Parent,
        Input = run.Input?.Json,
        InputBlob = StepView.BlobOf(run.Input),
        Output = run.Output?.Json,
        OutputBlob = StepView.BlobOf(run.Output),
        Error = run.Error,
        Steps = [.. steps.Select(StepView.From)],
    };
}

/// <summary>A step as callers see it.</summary>
internal sealed record StepView
{
    /// <summary>The step.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of work it does.</summary>
    public required WorkflowStepType Type { get; init; }

    /// <summary>The state.</summary>
    public required StepState Status { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>The number of times that its task ran.</summary>
    public int? Attempts { get; init; }

    /// <summary>The task, run, map or orchestration that does the work.</summary>
    public string? WorkId { get; init; }

    /// <summary>The signal that it waits for, or waited for.</summary>
    public string? Signal { get; init; }

    /// <summary>When it stops waiting; null when that is the run's end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The result, while it is small.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The blob with the result, when it is large.</summary>
    public string? ResultBlob { get; init; }

    /// <summary>The address to read it at.</summary>
    public string? ResultUrl => ResultBlob is null ? null : Addresses.OfFile(ResultBlob);

    /// <summary>The reason of the failure.</summary>
    public StepError? Error { get; init; }

    /// <summary>The task that undid it, or was to.</summary>
    public string? UndoId { get; init; }

    /// <summary>The run whose result it is, when that was taken over.</summary>
    public string? TakenFrom { get; init; }

    internal static StepView From(StepRecord step) => new()
    {
        Name = step.Name,
        Type = step.Type,
        Status = step.Status,
        Started = step.Started,
        Ended = step.Ended,
        Attempts = step.Attempts is 0 ? null : step.Attempts,
        WorkId = step.WorkId,
        Signal = step.Signal,
        Until = step.Until,
        Result = step.Result?.Json,
        ResultBlob = BlobOf(step.Result),
        Error = step.Error,
        UndoId = step.UndoId,
        TakenFrom = step.TakenFrom,
    };

    // With its container, so that it can be found.
    internal static string? BlobOf(StoredValue? value) => value?.Blob is { } blob ? $"{RunBlobs.Container}/{blob}" : null;
}
