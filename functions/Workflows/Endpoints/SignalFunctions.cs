using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.Workflows.Approvals;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Endpoints;

/// <summary>Signals to runs over HTTP.</summary>
internal sealed class SignalFunctions(
    WorkflowRegistry registry, RunStore runs, RunFollower follower, ApprovalStore approvals, SignalSender sender)
{
    /// <summary>
    /// <c>POST /api/workflows/runs/{id}/signals/{name}</c> with the payload, an object: 202 when it was sent, also before the step waits;
    /// 200 when the step needs it no more; 400 when the payload does not meet the condition; 404 when no step waits for such a signal;
    /// 409 when the run ended without it, or an approval was decided otherwise before.
    /// </summary>
    [Function("WorkflowRunSignal")]
    public async Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows/runs/{id}/signals/{name}")] HttpRequest request, string id,
        string name, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var payload = await RequestBody.ReadElementAsync(request, TaskArguments.MaxBytes, cancellationToken);
        if (!TaskKey.IsValid(id) || await runs.FindAsync(id, cancellationToken) is not { } run) return RunFunctions.Unknown(id);
        var definition = await registry.GetAsync(run.Workflow, run.Version, cancellationToken);
        if (definition.FindWait(name) is not { } step)
            return UnknownSignal(name, definition);

        // The step is looked at after the run: one that ends between the two has its step ended as well.
        run = await follower.FollowAsync(client, run, cancellationToken);
        var known = await runs.FindStepAsync(id, step.Name, cancellationToken);
        if (known is { IsFinal: true }) return Results.Json(new SignalAnswer(id, name, step.Name, known.Status), WorkflowJson.Options);
        if (run.IsFinal || run.IsUndoing)
            return Problems.Conflict(
                "Too late", $"The run '{id}' is {run.Status.ToString().ToLowerInvariant()}; no step of it waits any more.");

        var faults = new ValidationErrors();
        await sender.CheckAsync(run, step, payload, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults, "The payload is refused");
        var counts = payload;
        if (step.Type == WorkflowStepType.Approval) counts = await approvals.DecideAsync(id, step.Name, payload, cancellationToken);

        // Of an approval what counts, should whoever decided have ended before it was sent.
        await sender.SendAsync(client, run, name, counts, cancellationToken);
        if (!JsonEquality.AreEqual(counts, payload)) return Decided(step, ApprovalDecision.Read(counts));
        return Results.Json(
            new SignalAnswer(id, name, step.Name, known?.Status ?? StepState.Pending), WorkflowJson.Options,
            statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult Decided(WorkflowStep step, ApprovalDecision decision) => Problems.Conflict(
        "It is decided",
        $"The step '{step.Name}' was {(decision.Approved ? "approved" : "rejected")} before" +
        $"{(decision.By is { } by ? $" by {by}" : "")}, and the first decision counts.");

    private static IResult UnknownSignal(string signal, WorkflowDefinition definition)
    {
        var known = definition.ListSteps().Select(s => s.Signal).OfType<string>().DefaultIfEmpty("none");
        return Problems.NotFound(
            "signal", signal,
            $"The run's steps wait for: {string.Join(", ", known)}. What a child workflow waits for is sent to the child's run.");
    }
}

/// <summary>A signal was sent.</summary>
/// <param name="Id">The run.</param>
/// <param name="Signal">The signal.</param>
/// <param name="Step">The step that waits for it.</param>
/// <param name="Status">Where the step stood.</param>
internal sealed record SignalAnswer(string Id, string Signal, string Step, StepState Status);
