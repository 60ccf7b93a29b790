using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>GET /api/csv/{id}</c>: where a job stands.</summary>
internal sealed class CsvStatus(CsvJobReader reader)
{
    internal const string Kind = "CSV job";

    /// <summary>200 with the status; 404 when there is no such job.</summary>
    [Function(nameof(CsvStatus))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        await reader.FindAsync(client, id, cancellationToken) is { } status ? Results.Ok(status) : Unknown(id);

    /// <summary>404 for an id that no job has.</summary>
    internal static IResult Unknown(string id) => Problems.NotFound(Kind, id, "GET /api/csv lists the jobs.");
}
