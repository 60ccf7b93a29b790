using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Sets;
using Serverless.CsvJobs.Store;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>POST /api/csv</c>: starts the job of a file that lies in <c>incoming</c>, or is about to, or of many that do.</summary>
internal sealed class CsvStart(
    IOptions<CsvSettings> settings, RequestCheck checks, IncomingBlobs incoming, CsvJobStarter starter, CsvJobReader reader)
{
    // A schema of 2,000 columns with constraints stays well below.
    private const int MaxBodyBytes = 4 << 20;

    /// <summary>
    /// 202 with the job's id and address; 200 with the status when the job has ended already; 400 with every fault; 413 when the body is
    /// too large.
    /// </summary>
    [Function(nameof(CsvStart))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(
            request, MaxBodyBytes, "{\"blob\": \"incoming/orders.csv\"}", cancellationToken,
            "Put a large schema into a blob and name it in \"schema\".");
        var faults = new ValidationErrors();
        var hasFiles = json.ContainsKey("files");
        var files = FilesReader.Take(json, faults);
        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: hasFiles, faults);
        var schema = await checks.ReadAsync(asked, faults, cancellationToken);
        var listing = files is null ? null : await ListAsync(files, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults);

        var path = files?.Folder ?? asked.Blob!.Path;
        var etag = listing?.ETag ?? await incoming.FindETagAsync(path, cancellationToken);
        var options = asked.Options with { SchemaHash = schema?.Hash, Files = files?.Text };
        var id = await starter.StartAsync(client, path, etag, options, schema?.Json, asked.Force, cancellationToken);

        // A job that has ended has nothing to wait for.
        var status = await reader.FindAsync(client, id, cancellationToken);
        return status is not null && CsvJobTransitions.IsFinal(status.State) ? Results.Ok(status) : Addresses.Accepted(request, "csv", id);
    }

    private async Task<FileListing?> ListAsync(BlobPattern files, ValidationErrors faults, CancellationToken cancellationToken)
    {
        try
        {
            var listing = await incoming.ListAsync(files, cancellationToken);
            if (listing.Files.Count > 0) return listing;
            faults.Add("files", "No file fits: upload them first.");
        }
        catch (CsvJobException e)
        {
            faults.Add("files", e.Message);
        }

        return null;
    }
}
