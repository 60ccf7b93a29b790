using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>GET /api/csv/{id}</c>: where a job stands.</summary>
internal sealed class CsvStatus(CsvJobReader reader)
{
    /// <summary>200 with the status; 404 when there is no such job.</summary>
    [Function(nameof(CsvStatus))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        await reader.FindAsync(client, id, cancellationToken) is { } status ? Results.Ok(status) : CsvProblems.UnknownJob(id);
}
