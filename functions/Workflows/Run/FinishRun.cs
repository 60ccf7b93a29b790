using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Records how a run ended.</summary>
internal sealed class FinishRun(StepRecorder recorder, RunStore runs, SuspendedChildren children, ILogger<FinishRun> logger)
{
    /// <summary>The outcome, and the steps that were not written yet.</summary>
    public sealed record Ending(string RunId, RunState State, StoredValue? Output, StepError? Error, IReadOnlyList<StepRecord> Steps);

    /// <summary>Records it; twice is the same.</summary>
    [Function(nameof(FinishRun))]
    public async Task RunAsync(
        [ActivityTrigger] Ending ending, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        await recorder.RecordAsync(ending.RunId, ending.Steps, cancellationToken);
        var run = await runs.MoveAsync(ending.RunId, ending.State, ending.Output, ending.Error, cancellationToken);
        if (ending.Error is not { } error)
        {
            Logs.RunCompleted(logger, run.Workflow, run.Version, run.Id);
            return;
        }

        Logs.RunFailed(logger, run.Workflow, run.Version, run.Id, ending.State, error.Step ?? "", error.Type);
        await children.ResumeAsync(client, run.Id, cancellationToken);
    }
}
