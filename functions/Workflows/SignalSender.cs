using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.References;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>Sends signals to runs. Twice is harmless: a step takes one.</summary>
internal sealed class SignalSender(RunStarter starter, RunBlobs blobs)
{
    /// <summary>
    /// Notes when a payload does not meet the step's condition. One that refers to results of steps is left to the step, which knows them.
    /// </summary>
    public async Task CheckAsync(
        RunRecord run, WorkflowStep step, JsonElement payload, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (step.Type == WorkflowStepType.Approval
            && !(payload.TryGetProperty("approved", out var approved) && approved.ValueKind is JsonValueKind.True or JsonValueKind.False))
            faults.Add("approved", "Is required: true or false.");
        if (step.Condition is not { } condition || RunExpression.Parse(condition).Steps.Count > 0) return;
        var data = new RunData([
            KeyValuePair.Create(RunData.Signal, payload),
            KeyValuePair.Create("input", await blobs.LoadAsync(run.Input ?? StoredValue.Null, cancellationToken)),
            KeyValuePair.Create("run", StoredValue.OfRun(run.Id, run.Workflow, run.Version).Json!.Value)]);
        try
        {
            if (!data.IsTrue(condition)) faults.Add(RunData.Signal, $"Does not meet the condition {condition}.");
        }
        catch (TaskValidationException e)
        {
            faults.Add(RunData.Signal, $"Does not meet the condition: {e.Message}");
        }
    }

    /// <summary>Sends a signal to a run that has not ended; the engine keeps it until the step waits.</summary>
    /// <exception cref="Tasks.Sending.TaskTooLargeException">The payload is too large.</exception>
    public async Task SendAsync(
        DurableTaskClient client, RunRecord run, string signal, JsonElement payload, CancellationToken cancellationToken)
    {
        // By its content: another payload must not take the place of one that was accepted.
        var name = $"signal-{signal}-{ContentHash.Of(payload.GetRawText())}";
        var value = await blobs.StoreAsync(run.Id, name, payload, cancellationToken);

        // An event to an instance that is not there is lost.
        if (run.Status == RunState.Pending) await starter.ResumeAsync(client, run, cancellationToken);
        await client.RaiseEventAsync(run.Id, SignalWaits.BuildEventName(signal), value, cancellationToken);
    }
}
