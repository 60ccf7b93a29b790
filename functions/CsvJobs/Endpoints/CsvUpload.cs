using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Requests;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Endpoints;

/// <summary>
/// <c>PUT /api/csv/{path}</c>: streams the body into <c>incoming/{path}</c> and starts its job. Options come in the query.
/// </summary>
internal sealed class CsvUpload(IOptions<CsvSettings> settings, RequestCheck checks, IncomingBlobs incoming, CsvJobStarter starter)
{
    private const string Instead =
        "That is the limit of this way in (setting Csv__MaxUploadBytes); upload it to blob storage under incoming/ instead.";

    /// <summary>202 with the job's id and address; 400 with every fault; 413 when the body is too large.</summary>
    [Function(nameof(CsvUpload))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "csv/{*path}")] HttpRequest request,
        string? path,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var limit = settings.Value.MaxUploadBytes;
        var faults = new ValidationErrors();
        if (!BlobName.TryParse($"{Containers.Incoming}/{path}", [Containers.Incoming], out var blob, out var fault))
            faults.Add("path", fault);

        // Routing leaves this one character as it came: whoever reads the name later might not.
        if (path?.Contains("%2f", StringComparison.OrdinalIgnoreCase) ?? false)
            faults.Add("path", "The path holds an encoded slash (%2F); write it as \"/\".");
        var json = QueryOptions.ToJson(request.Query.Select(q => KeyValuePair.Create(q.Key, (string?)q.Value)));

        // New content is always a new job.
        json.Remove("force");
        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: true, faults);
        var schema = await checks.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults);
        if (request.ContentLength > limit) throw BoundedStream.TooLarge(limit, Instead);

        RequestBody.LiftServerLimit(request);
        var etag = await incoming.UploadAsync(blob!.Path, new BoundedStream(request.Body, limit, Instead), json, cancellationToken);
        var options = asked.Options with { SchemaHash = schema?.Hash };
        var id = await starter.StartAsync(client, blob.Path, etag, options, schema?.Json, force: false, cancellationToken);
        return Addresses.Accepted(request, "csv", id);
    }
}
