using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Endpoints;

/// <summary>Runs that run again, over HTTP.</summary>
internal sealed class RerunFunctions(WorkflowRegistry registry, RunStarter starter, RunStore runs, RunFollower follower)
{
    /// <summary>
    /// <c>POST /api/workflows/runs/{id}/rerun</c>: a new run of the same version. Without a body it has the same input and takes over the
    /// steps that finished, and the run must have failed or been cancelled; asked for twice it is one. With
    /// <c>{"input": ..., "from": "step", "runId": "..."}</c>, all optional, any run that has ended is run again: with another input from
    /// its beginning, or from a step on with the results of the steps before. 202; 409 when there is nothing to run again.
    /// </summary>
    [Function("WorkflowRunRerun")]
    public async Task<IResult> RerunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows/runs/{id}/rerun")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadElementAsync(request, TaskArguments.MaxBytes, cancellationToken);
        if (!TaskKey.IsValid(id) || await runs.FindAsync(id, cancellationToken) is not { } run) return RunFunctions.Unknown(id);
        run = await follower.FollowAsync(client, run, cancellationToken);
        var version = await registry.FindAsync(run.Workflow, run.Version, cancellationToken)
            ?? throw new InvalidOperationException($"The version of run {id} is gone.");
        var definition = await registry.GetAsync(run.Workflow, run.Version, cancellationToken);
        var faults = new ValidationErrors();
        var asked = Read(json, definition, faults);
        if (faults.Any) return Problems.Invalid(faults, "The rerun has faults");
        if (Refusal(run, asked.IsPlain) is { } refusal) return refusal;

        // A plain one's id follows from the run's: asking twice starts one.
        var again = asked.IsPlain
            ? new RunRequest(version, null, RerunId.CreateAfter(id)) { RerunOf = run, IsIdDerived = true }
            : new RunRequest(version, asked.Input, asked.RunId) { RerunOf = run, From = asked.From ?? definition.Steps[0].Name };
        return WorkflowAnswers.Accepted(request, (await starter.StartAsync(client, again, cancellationToken)).Id);
    }

    private static Asked Read(JsonElement json, WorkflowDefinition definition, ValidationErrors faults)
    {
        var body = new StepReader(json, "", faults);
        var asked = new Asked(body.ReadElement("input"), body.ReadText("from"), body.ReadText("runId", maxLength: 100));
        body.RefuseOthers("A rerun");
        if (asked.From is { } from && !definition.Steps.Any(s => s.Name == from))
            faults.Add("from", $"Must be one of the outermost steps: {string.Join(", ", definition.Steps.Select(s => s.Name))}.");
        if (asked.RunId is { } runId && !TaskKey.IsValid(runId)) faults.Add("runId", "Must be 1 to 100 letters, digits and . _ : -");
        if (asked is { IsPlain: true, RunId: not null }) faults.Add("runId", "Needs \"input\" or \"from\".");
        return asked;
    }

    private static IResult? Refusal(RunRecord run, bool isPlain)
    {
        var state = run.Status.ToString().ToLowerInvariant();
        if (!run.IsFinal || (isPlain && run.Status == RunState.Completed))
            return Problems.Conflict(
                "There is nothing to run again",
                $"The run '{run.Id}' is {state}; only one that failed or was cancelled can be run again" +
                (run.IsFinal ? ", unless \"input\" or \"from\" is given." : "."));
        return run.Parent is { } parent
            ? Problems.Conflict("It belongs to another run", $"The run '{run.Id}' is a step of '{parent}'; run that one again.") : null;
    }

    private sealed record Asked(JsonElement? Input, string? From, string? RunId)
    {
        public bool IsPlain => this is { Input: null, From: null };
    }
}
