using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Endpoints;

/// <summary>Runs over HTTP.</summary>
internal sealed class RunFunctions(WorkflowRegistry registry, BuiltInWorkflows own, RunStarter starter, RunStore runs, RunReader reader,
    RunFollower follower)
{
    /// <summary>
    /// <c>POST /api/workflows/{name}/runs</c> with <c>{"input": ..., "version": 2, "runId": "...", "tags": [...]}</c>, all optional:
    /// starts a run. 202 with the run's id and address; the same <c>runId</c> twice is one run, and 409 when the second asks for something
    /// else.
    /// </summary>
    [Function("WorkflowStart")]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows/{name}/runs")] HttpRequest request, string name,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadElementAsync(request, TaskArguments.MaxBytes, cancellationToken);
        await own.WaitUntilRegisteredAsync(cancellationToken);
        if (!DefinitionReader.IsName(name) || await registry.FindLatestAsync(name, cancellationToken) is not { } version)
            return WorkflowFunctions.Unknown(name);

        var faults = new ValidationErrors();
        var body = new StepReader(json, "", faults);
        var input = body.ReadElement("input");
        var number = body.ReadInteger("version", 1, int.MaxValue);
        var runId = body.ReadText("runId", maxLength: 100);
        var tags = body.ReadWords("tags");
        body.RefuseOthers("The start of a run");
        if (runId is not null && !TaskKey.IsValid(runId)) faults.Add("runId", "Must be 1 to 100 letters, digits and . _ : -");
        if (number is { } wanted)
        {
            if (await registry.FindAsync(name, wanted, cancellationToken) is { } found) version = found;
            else faults.Add("version", $"The workflow has no version {wanted}; the current one is {version.Version}.");
        }

        if (faults.Any) return Problems.Invalid(faults, "The start of a run has faults");
        var run = await starter.StartAsync(
            client, new RunRequest(version, input, runId) { IsVersionAsked = number is not null, Tags = tags }, cancellationToken);
        return WorkflowAnswers.Accepted(request, run.Id);
    }

    /// <summary><c>GET /api/workflows/runs/{id}</c>: a run and its steps.</summary>
    [Function("WorkflowRunShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/runs/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        TaskKey.IsValid(id) && await reader.FindAsync(client, id, cancellationToken) is { } run
            ? Results.Json(run, WorkflowJson.Options) : Unknown(id);

    /// <summary>
    /// <c>GET /api/workflows/runs?state=&amp;workflow=&amp;since=&amp;before=&amp;text=&amp;tag=&amp;size=20&amp;after=</c>: finds runs,
    /// the newest first, a page at a time.
    /// </summary>
    [Function("WorkflowRunList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "workflows/runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var query = RunListQuery.Read(request.Query, faults);
        if (faults.Any) return Problems.Invalid(faults, "The query has faults");
        return Results.Json(await reader.ListAsync(client, query, cancellationToken), WorkflowJson.Options);
    }

    /// <summary>
    /// <c>DELETE /api/workflows/runs/{id}?reason=&amp;undo=</c>: cancels a run; what has not begun never does. <c>undo</c>, true or false,
    /// says whether what was done is undone, in place of the definition. 202; 409 when it has ended, or undoes what it has done.
    /// </summary>
    [Function("WorkflowRunCancel")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "workflows/runs/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var wish = new Cancellation(request.Query["reason"].ToString(), PageQuery.ReadBoolean(request.Query, "undo", faults));
        return faults.Any ? Task.FromResult(Problems.Invalid(faults)) : ChangeAsync(client, id, "cancelled", async run =>
        {
            await client.RaiseEventAsync(id, WorkflowRun.CancelEvent, wish, cancellationToken);

            // One that is suspended hears nothing until it is resumed.
            if (run.Status != RunState.Suspended) return;
            await runs.MoveAsync(id, RunState.Running, null, null, cancellationToken);
            await client.ResumeInstanceAsync(id, "Cancelled", cancellationToken);
        }, cancellationToken, mayUndo: false);
    }

    /// <summary>
    /// <c>POST /api/workflows/runs/{id}/suspend</c>: the run begins nothing more until it is resumed; tasks that run go on.
    /// </summary>
    [Function("WorkflowRunSuspend")]
    public Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows/runs/{id}/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ChangeAsync(client, id, "suspended", async _ =>
        {
            await client.SuspendInstanceAsync(id, request.Query["reason"], cancellationToken);
            await runs.MoveAsync(id, RunState.Suspended, null, null, cancellationToken);
        }, cancellationToken);

    /// <summary><c>POST /api/workflows/runs/{id}/resume</c>: a suspended run goes on.</summary>
    [Function("WorkflowRunResume")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "workflows/runs/{id}/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        ChangeAsync(client, id, "resumed", async _ =>
        {
            await runs.MoveAsync(id, RunState.Running, null, null, cancellationToken);
            await client.ResumeInstanceAsync(id, request.Query["reason"], cancellationToken);
        }, cancellationToken);

    /// <summary>404 for an id that no run has.</summary>
    internal static IResult Unknown(string id) => Problems.NotFound("run", id, "GET /api/workflows/runs lists them.");

    private async Task<IResult> ChangeAsync(
        DurableTaskClient client, string id, string done, Func<RunRecord, Task> change, CancellationToken cancellationToken,
        bool mayUndo = true)
    {
        if (!TaskKey.IsValid(id) || await runs.FindAsync(id, cancellationToken) is not { } run) return Unknown(id);
        run = await follower.FollowAsync(client, run, cancellationToken);
        if (run.IsFinal || (run.IsUndoing && !mayUndo))
            return Problems.TooLate("run", id, (run.IsUndoing && !run.IsFinal ? RunState.Undoing : run.Status).ToString(), done);
        await change(run);
        return Results.Accepted(value: new Controlled(id));
    }
}
