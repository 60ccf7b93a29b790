using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>Writes down where steps of a run stand, and that it undoes them.</summary>
internal sealed class RecordSteps(StepRecorder recorder, RunStore runs, SuspendedChildren children)
{
    /// <summary>The steps that changed.</summary>
    public sealed record Change(string RunId, IReadOnlyList<StepRecord> Steps)
    {
        /// <summary>The run undoes what it has done from now on.</summary>
        public bool IsUndoing { get; init; }
    }

    /// <summary>Writes it; twice is the same.</summary>
    [Function(nameof(RecordSteps))]
    public async Task RunAsync(
        [ActivityTrigger] Change change, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await recorder.RecordAsync(change.RunId, change.Steps, cancellationToken);
        if (!change.IsUndoing) return;
        await runs.MoveAsync(change.RunId, RunState.Undoing, null, null, cancellationToken);
        await children.ResumeAsync(client, change.RunId, cancellationToken);
    }
}
