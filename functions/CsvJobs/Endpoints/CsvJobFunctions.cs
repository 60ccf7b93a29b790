using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Endpoints;

/// <summary>CSV jobs over HTTP.</summary>
internal sealed class CsvJobFunctions(CsvJobControl jobs)
{
    /// <summary>
    /// <c>GET /api/csv?size=20&amp;after=...</c>: the jobs, newest first, a page at a time. 200 with <c>jobs</c> and, when there are more,
    /// <c>next</c>, the value for <c>after</c>.
    /// </summary>
    [Function("CsvList")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv")] HttpRequest request,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ListAsync(jobs, request, client, (found, next) => new CsvJobPage(found, next), cancellationToken);

    /// <summary><c>GET /api/csv/{id}</c>: where a job stands. 200 with the status; 404 when there is no such job.</summary>
    [Function("CsvStatus")]
    public Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ShowAsync(jobs, client, id, cancellationToken);

    /// <summary>
    /// <c>DELETE /api/csv/{id}</c>: cancels a job. 202 when it is cancelled, also when it was before; 404 when there is no such job; 409
    /// when it has ended or is committing.
    /// </summary>
    [Function("CsvCancel")]
    public Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "csv/{id}")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.CancelAsync(jobs, client, id, cancellationToken);

    /// <summary><c>POST /api/csv/{id}/suspend</c>: a job begins no more ranges until it is resumed. 202; 409 when it has ended.</summary>
    [Function("CsvSuspend")]
    public Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/{id}/suspend")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.SuspendAsync(jobs, request, client, id, cancellationToken);

    /// <summary><c>POST /api/csv/{id}/resume</c>: a job goes on. 202; 409 when it has ended.</summary>
    [Function("CsvResume")]
    public Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/{id}/resume")] HttpRequest request, string id,
        [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        JobAnswers.ResumeAsync(jobs, request, client, id, cancellationToken);
}

/// <summary>A page of jobs.</summary>
/// <param name="Jobs">Newest first.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record CsvJobPage(IReadOnlyList<CsvJobStatus> Jobs, string? Next);
