using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>GET /api/csv?size=20&amp;after=...</c>: the jobs, newest first, a page at a time.</summary>
internal sealed class CsvList(CsvJobStore store, CsvJobReader reader)
{
    private const int DefaultSize = 20;
    private const int MaxSize = 100;

    /// <summary>200 with <c>jobs</c> and, when there are more, <c>next</c>, the value for <c>after</c>.</summary>
    [Function(nameof(CsvList))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults, TimeIndex.IsPlace);
        if (faults.Any) return Problems.Invalid(faults);

        var (jobs, next) = await store.ListAsync(size, after, cancellationToken);
        var statuses = await Task.WhenAll(jobs.Select(j => reader.DescribeAsync(client, j, withOutputs: false, cancellationToken)));
        return Results.Ok(new CsvJobPage(statuses, next));
    }
}
