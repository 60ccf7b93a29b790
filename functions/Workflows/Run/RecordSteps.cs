using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>Writes down where steps of a run stand.</summary>
internal sealed class RecordSteps(StepRecorder recorder)
{
    /// <summary>The steps that changed.</summary>
    public sealed record Change(string RunId, IReadOnlyList<StepRecord> Steps);

    /// <summary>Writes it; twice is the same.</summary>
    [Function(nameof(RecordSteps))]
    public Task RunAsync([ActivityTrigger] Change change, CancellationToken cancellationToken) =>
        recorder.RecordAsync(change.RunId, change.Steps, cancellationToken);
}
