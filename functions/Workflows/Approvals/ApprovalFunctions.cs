using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Rendering;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Approvals;

/// <summary>
/// The page that a link of an approval opens. It needs no key: the link is one. Opening it decides nothing, since programs that look
/// through mail open links too.
/// </summary>
internal sealed class ApprovalFunctions(
    ApprovalLink links, ApprovalStore approvals, WorkflowRegistry registry, RunStore runs, RunFollower follower, SignalSender sender,
    TimeProvider time)
{
    private const int MaxBodyBytes = 16 * 1024;
    private const int MaxName = 100;
    private const int MaxComment = 500;

    private const string Policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary><c>GET /api/approvals/{token}</c>: what is asked, and two buttons while nothing is decided.</summary>
    [Function("ApprovalShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "approvals/{token}")] HttpRequest request, string token,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        await FindAsync(token, client, cancellationToken) is { } approval
            ? await AnswerAsync(request, approval, fault: null) : NoLink();

    /// <summary>
    /// <c>POST /api/approvals/{token}</c> with a form of <c>decision</c> (approve or reject), <c>by</c> and <c>comment</c>: decides once;
    /// 400 when that says neither or the step does not take it, 409 when it was decided before or it is too late.
    /// </summary>
    [Function("ApprovalDecide")]
    public async Task<IResult> DecideAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "approvals/{token}")] HttpRequest request, string token,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var body = await RequestBody.ReadBytesAsync(request, MaxBodyBytes, null, cancellationToken);
        if (await FindAsync(token, client, cancellationToken) is not { } approval) return NoLink();
        if (!approval.IsOpen) return await AnswerAsync(request, approval, StatusCodes.Status409Conflict);

        var form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));
        if (form["decision"] is not [("approve" or "reject") and var word])
            return Problems.Create(StatusCodes.Status400BadRequest, "No decision", "decision is \"approve\" or \"reject\".");
        var decision = new ApprovalDecision(
            word == "approve", Cut(form["by"], MaxName), Cut(form["comment"], MaxComment), time.GetUtcNow());
        var payload = JsonSerializer.SerializeToElement(decision, AppJson.Options);
        var faults = new ValidationErrors();
        await sender.CheckAsync(approval.Run, approval.Step, payload, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults, "The decision is refused");

        // Stored first: should this end before the signal is sent, whoever decides again sends the same.
        var counts = await approvals.DecideAsync(approval.Run.Id, approval.Step.Name, payload, cancellationToken);
        await sender.SendAsync(client, approval.Run, approval.Step.Signal!, counts, cancellationToken);
        return await AnswerAsync(
            request, approval with { Decision = ApprovalDecision.Read(counts), IsOpen = false },
            JsonEquality.AreEqual(counts, payload) ? null : StatusCodes.Status409Conflict);
    }

    private async Task<OpenApproval?> FindAsync(string token, DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await links.ReadAsync(token, cancellationToken) is not { } place
            || await runs.FindAsync(place.RunId, cancellationToken) is not { } run) return null;
        var definition = await registry.GetAsync(run.Workflow, run.Version, cancellationToken);
        if (definition.ListSteps().FirstOrDefault(s => s.Name == place.Step) is not { } step) return null;
        run = await follower.FollowAsync(client, run, cancellationToken);
        var record = await runs.FindStepAsync(run.Id, step.Name, cancellationToken);
        return new OpenApproval(run, step, await approvals.FindRequestAsync(run.Id, step.Name, cancellationToken) ?? new ApprovalRequest())
        {
            Decision = await approvals.FindDecisionAsync(run.Id, step.Name, cancellationToken),
            IsOpen = !run.IsFinal && !run.IsUndoing && record is not { IsFinal: true } && !(place.Until <= time.GetUtcNow()),
        };
    }

    private static async Task<IResult> AnswerAsync(HttpRequest request, OpenApproval approval, int? fault)
    {
        var title = approval.Request.Subject ?? "Approval";
        var page = await ReportPage.RenderAsync("approval", title, new
        {
            approval.State,
            approval.Request.Text,
            approval.Run.Workflow,
            RunId = approval.Run.Id,
            Step = approval.Step.Name,
            Facts = approval.Request.Facts.Select(f => new { f.Key, f.Value }).ToList(),

            // What was decided and has not arrived may be sent again.
            approval.IsOpen,
        });
        var headers = request.HttpContext.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        headers["X-Robots-Tag"] = "noindex";
        return Results.Content(page, "text/html; charset=utf-8", statusCode: fault ?? StatusCodes.Status200OK);
    }

    private static IResult NoLink() => Problems.NotFound(
        "The link opens nothing", "It is not complete, or what it was about is forgotten. Copy all of it from the message.");

    private static string? Cut(string? text, int max) =>
        text?.Trim() is not { Length: > 0 } given ? null : given.Length > max ? given[..max] : given;

    private sealed record OpenApproval(RunRecord Run, WorkflowStep Step, ApprovalRequest Request)
    {
        public ApprovalDecision? Decision { get; init; }

        public bool IsOpen { get; init; }

        public string State => (Decision, IsOpen) switch
        {
            ({ } decided, _) => $"It was {(decided.Approved ? "approved" : "rejected")}"
                + $"{(decided.By is { } by ? $" by {by}" : "")}{(decided.At is { } at ? $" at {at:yyyy-MM-dd HH:mm} UTC" : "")}.",
            (_, true) => "Nothing is decided by opening this page: choose below.",
            _ => "It is too late: the step waits no more.",
        };
    }
}
