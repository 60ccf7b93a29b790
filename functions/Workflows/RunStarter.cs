using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>Starts runs, each once, whoever asks and however often.</summary>
public sealed class RunStarter(WorkflowRegistry registry, RunStore runs, RunBlobs blobs, TimeProvider time, ILogger<RunStarter> logger)
{
    /// <summary>Starts a run of a version that exists.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="version">What to run.</param>
    /// <param name="input">The run's input.</param>
    /// <param name="runId">The id of a run that is started once; null makes a new one.</param>
    /// <param name="rerunOf">The run whose finished steps it takes over.</param>
    /// <param name="cancellationToken">Cancels what is not started yet.</param>
    /// <returns>The run; the one that was started before when the id is known.</returns>
    /// <exception cref="Tasks.TaskTooLargeException">The input is too large.</exception>
    public async Task<RunRecord> StartAsync(
        DurableTaskClient client, WorkflowVersion version, JsonElement? input, string? runId, RunRecord? rerunOf, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var id = runId ?? $"run-{Guid.CreateVersion7(now):N}";
        var stored = rerunOf?.Input ?? await blobs.StoreAsync(id, "input", input, cancellationToken);
        var definition = await registry.GetAsync(version.Name, version.Version, cancellationToken);
        var run = await runs.AddAsync(
            new RunRecord(id, version.Name, version.Version, RunState.Pending, now) { TotalSteps = definition.AllSteps().Count(), Input = stored, RerunOf = rerunOf?.Id },
            cancellationToken);
        if (run.IsFinal || await client.GetInstanceAsync(id, cancellationToken) is not null) return run;

        await ScheduleAsync(client, id, new WorkflowRunInput(run.Workflow, run.Version, run.Input ?? StoredValue.Null) { RerunOf = run.RerunOf }, cancellationToken);
        Logs.RunStarted(logger, run.Workflow, run.Version, id);
        return run;
    }

    private static async Task ScheduleAsync(DurableTaskClient client, string id, WorkflowRunInput input, CancellationToken cancellationToken)
    {
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(WorkflowRun), input, new StartOrchestrationOptions(id), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Hosts refuse a running instance's id with exceptions of their own: what counts is whether it is there now.
            if (await client.GetInstanceAsync(id, cancellationToken) is null) throw;
        }
    }
}
