using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Endpoints;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// <c>GET /api/csv/{id}/rejects?field=&amp;code=&amp;value=&amp;size=50&amp;after=&amp;count=true</c>: the rejects, a page at a time, each
/// with its values.
/// </summary>
internal sealed class CsvRejects(Containers containers, CsvJobStore store)
{
    private const int DefaultSize = 50;
    private const int MaxSize = 1_000;

    /// <summary>200; 400 with every fault; 404. A job that has no list has no rejects, and says why they cannot be mended.</summary>
    [Function(nameof(CsvRejects))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "csv/{id}/rejects")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var faults = new ValidationErrors();
        var (size, after) = PageQuery.Read(request.Query, DefaultSize, MaxSize, faults);
        var filter = new RejectFilter(Text("field"), Text("code"), request.Query["value"] is [{ } value] ? value : null);
        if (filter is { Value: not null, Field: null }) faults.Add("value", "Must come with the field that has the value.");
        if (faults.Any) return Problems.Invalid(faults);
        if (await store.FindAsync(id, cancellationToken) is not { } job) return CsvJobControl.Unknown(id);

        var folder = await JobFolder.OpenAsync(containers, JobFolder.NameOf(job.Path, id), cancellationToken);
        var index = job.GetState() == CsvJobState.Completed ? (await OutputIndex.FindAsync(folder, cancellationToken))?.Index : null;
        var schema = (index is null ? null : TableSchemaParser.Parse(index.Plan.Schema).Schema) ?? new TableSchema([]);
        var list = new RejectList(folder.GetOutput(Outputs.Rejects), schema, index is null ? null : new RawRecords(index.Plan.Dialect));
        try
        {
            var page = await list.ReadAsync(filter, size, after, request.Query["count"] is ["true"], cancellationToken);
            if (page is not null) return Results.Ok(page with { Refusal = CsvMend.Refuse(job, index) });
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            return Results.Ok(new RejectPage([], [], null, CsvMend.Refuse(job, index), null, IsExact: true));
        }
        catch (RequestFailedException e) when (e.Status == StatusCodes.Status412PreconditionFailed)
        {
            // A round of mending has just ended.
        }

        faults.Add("after", "The rejects were mended since: read them from the beginning.");
        return Problems.Invalid(faults);

        string? Text(string name) => request.Query[name] is [{ Length: > 0 } text] ? text : null;
    }
}
