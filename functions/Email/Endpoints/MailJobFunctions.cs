using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs;
using Serverless.Jobs;

namespace Serverless.Email.Endpoints;

/// <summary>Mail jobs over HTTP.</summary>
internal sealed class MailJobFunctions(MailJobControl jobs)
{
    /// <summary>
    /// <c>GET /api/email?size=20&amp;after=...</c>: the mail jobs, newest first, a page at a time. 200 with <c>jobs</c> and, when there are
    /// more, <c>next</c>, the value for <c>after</c>.
    /// </summary>
    [Function("EmailList")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ListAsync(jobs, request, client, (found, next) => new MailJobPage(found, next), cancellationToken);

    /// <summary><c>GET /api/email/{id}</c>: where a mail job stands. 200 with the status; 404 when there is no such job.</summary>
    [Function("EmailStatus")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "email/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ShowAsync(jobs, client, id, cancellationToken);

    /// <summary>
    /// <c>DELETE /api/email/{id}</c>: cancels a mail job within its batches; what was sent is sent. 202 when it is cancelled, also when it
    /// was before; 404 when there is no such job; 409 when it has ended.
    /// </summary>
    [Function("EmailCancel")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "email/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.CancelAsync(jobs, client, id, cancellationToken);

    /// <summary>
    /// <c>POST /api/email/{id}/suspend</c>: a job begins no more batches until it is resumed. 202; 409 when it has ended.
    /// </summary>
    [Function("EmailSuspend")]
    public Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/{id}/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.SuspendAsync(jobs, request, client, id, cancellationToken);

    /// <summary><c>POST /api/email/{id}/resume</c>: a job goes on. 202; 409 when it has ended.</summary>
    [Function("EmailResume")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "email/{id}/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ResumeAsync(jobs, request, client, id, cancellationToken);
}

/// <summary>A page of mail jobs.</summary>
/// <param name="Jobs">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record MailJobPage(IReadOnlyList<MailJobStatus> Jobs, string? Next);
