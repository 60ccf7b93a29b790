using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Approvals;

/// <summary>The approvals that wait, over HTTP.</summary>
internal sealed class ApprovalListFunctions(ApprovalIndex index, ApprovalStore approvals)
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    /// <summary>
    /// <c>GET /api/approvals?size=&amp;after=</c>: the approvals that wait for a decision, the newest first. Each is decided by its signal,
    /// <c>{"approved": true, "by": "…"}</c> to <c>POST /api/workflows/runs/{id}/signals/{name}</c>, or by its link.
    /// </summary>
    [Function("ApprovalList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "approvals")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultPage, MaxPage, faults, TimeIndex.IsPlace);
        if (faults.Any) return Problems.Invalid(faults);

        var (found, next) = (new List<WaitingApproval>(), (string?)null);
        await foreach (var listed in index.ListAsync(client, size, after, cancellationToken))
        {
            found.Add(await DescribeAsync(listed.Run, listed.Step, cancellationToken));
            if (found.Count < size) continue;
            next = listed.Place;
            break;
        }

        return Results.Json(new ApprovalPage(found, next), WorkflowJson.Options);
    }

    private async Task<WaitingApproval> DescribeAsync(RunRecord run, StepRecord step, CancellationToken cancellationToken)
    {
        var asked = await approvals.FindRequestAsync(run.Id, step.Name, cancellationToken);
        return new WaitingApproval(run.Id, run.Workflow, run.Version, step.Name, step.Signal ?? "", step.Started ?? run.Created)
        {
            Until = step.Until,
            Subject = asked?.Subject,
            Message = asked?.Text is { Length: > 0 } text ? text : null,
            Details = asked?.Facts is { Count: > 0 } facts ? facts.ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal) : null,
        };
    }
}

/// <summary>An approval that waits for a decision.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Workflow">Its workflow.</param>
/// <param name="Version">The workflow's version.</param>
/// <param name="Step">The step that waits.</param>
/// <param name="Signal">The signal that decides.</param>
/// <param name="Since">Since when it waits.</param>
internal sealed record WaitingApproval(
    string RunId, string Workflow, int Version, string Step, string Signal, DateTimeOffset Since)
{
    /// <summary>When it is too late; null when that is the run's end.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The question in a line.</summary>
    public string? Subject { get; init; }

    /// <summary>A few sentences.</summary>
    public string? Message { get; init; }

    /// <summary>Further facts for whoever decides, by name.</summary>
    public IReadOnlyDictionary<string, string>? Details { get; init; }
}

/// <summary>A page of approvals.</summary>
/// <param name="Approvals">The newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record ApprovalPage(IReadOnlyList<WaitingApproval> Approvals, string? Next = null);
