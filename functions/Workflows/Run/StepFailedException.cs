namespace Serverless.Workflows.Run;

/// <summary>A step, or a node of a canvas, failed for good.</summary>
internal sealed class StepFailedException(StepError error)
    : Exception(error.Step is null ? error.Message : $"{error.Step}: {error.Message}")
{
    /// <summary>The reason.</summary>
    public StepError Error => error;
}

/// <summary>A run was stopped from outside: it was cancelled, its time is up, or what it belongs to failed.</summary>
internal sealed class RunStoppedException(string reason) : Exception(reason);
