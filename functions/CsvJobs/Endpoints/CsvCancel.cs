using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>DELETE /api/csv/{id}</c>: cancels a job; nothing of it becomes visible.</summary>
internal sealed class CsvCancel(CsvJobStore store, CsvJobReader reader, IOptions<CsvSettings> settings, ILogger<CsvCancel> logger)
{
    /// <summary>
    /// 202 when it is cancelled, also when it was before; 404 when there is no such job; 409 when it has ended or is committing.
    /// </summary>
    [Function(nameof(CsvCancel))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "csv/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null) return CsvStatus.Unknown(id);

        // The table decides between this and a commit. Ranges in flight look there too: terminating alone would not reach them.
        var job = await store.MoveAsync(id, CsvJobState.Cancelled, null, cancellationToken);
        if (job.GetState() != CsvJobState.Cancelled)
            return Problems.TooLate(CsvStatus.Kind, id, job.State, "cancelled");

        var instance = await client.GetInstanceAsync(id, cancellationToken);
        if (instance is { IsCompleted: false }) await client.TerminateInstanceAsync(id, "Cancelled", cancellationToken);
        Logs.JobCancelled(logger, id);
        await PartsDiscard.StartAsync(client, job, settings.Value, cancellationToken);
        return Results.Accepted(value: await reader.DescribeAsync(client, job, withOutputs: false, cancellationToken));
    }
}
