using System.Text.Json.Nodes;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Requests;
using Serverless.Files;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Endpoints;

/// <summary>
/// <c>PUT /api/csv/{path}</c>: streams the body into <c>incoming/{path}</c> and starts its job. Options come in the query. With
/// <c>upload</c> and <c>length</c> the file is made of the parts that <c>PUT /api/uploads/incoming/{path}</c> took: its options are stored
/// in the moment in which it appears, so that nobody starts it without them.
/// </summary>
internal sealed class CsvUpload(
    IOptions<CsvSettings> settings, RequestCheck checks, IncomingBlobs incoming, FileUploads uploads, CsvJobStarter starter)
{
    private const string Upload = "upload";
    private const string Length = "length";

    private const string Instead =
        "That is the limit of this way in (setting Csv__MaxUploadBytes); send it in parts: PUT /api/uploads/incoming/... says how.";

    /// <summary>
    /// 202 with the job's id and address; 400 with every fault; 409 when parts are missing; 413 when the body is too large.
    /// </summary>
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
        var isInParts = request.Query.ContainsKey(Upload);
        var (id, length) = isInParts ? UploadRequest.ReadQuery(request.Query, Length, faults) : ("", 0);
        if (isInParts && request.ContentLength > 0) faults.Add(Upload, "The file is made of its parts: send no body.");
        var json = QueryOptions.ToJson(request.Query.Select(q => KeyValuePair.Create(q.Key, (string?)q.Value)));

        // New content is always a new job.
        foreach (var member in isInParts ? (string[])["force", Upload, Length] : ["force"]) json.Remove(member);
        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: true, faults);
        var schema = await checks.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults);
        if (request.ContentLength > limit) throw BoundedStream.TooLarge(limit, Instead);

        string etag;
        if (isInParts)
        {
            var (stored, refusal) = await CompleteAsync(blob!, id, length, json, cancellationToken);
            if (stored is null) return refusal!;
            etag = stored;
        }
        else
        {
            RequestBody.LiftServerLimit(request);
            etag = await incoming.UploadAsync(blob!.Path, new BoundedStream(request.Body, limit, Instead), json, cancellationToken);
        }

        var options = asked.Options with { SchemaHash = schema?.Hash };
        var job = await starter.StartAsync(client, blob!.Path, etag, options, schema?.Json, force: false, cancellationToken);
        return Addresses.Accepted(request, "csv", job);
    }

    private async Task<(string? ETag, IResult? Refusal)> CompleteAsync(
        BlobName blob, string upload, long length, JsonObject options, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await uploads.CompleteAsync(
                blob, upload, length, conditions: null, IncomingBlobs.MetadataOf(options), cancellationToken);
            return outcome.File is { } file
                ? (IncomingBlobs.Normalize(new ETag(file.ETag)), null) : (null, UploadRequest.Incomplete(outcome.End, length));
        }
        catch (RequestFailedException e) when (e.Status == 400)
        {
            // Blocks went meanwhile: somebody completed another upload at this path.
            return (null, UploadRequest.Incomplete(0, length));
        }
        catch (RequestFailedException e) when (e.Status is 409 or 412)
        {
            return (null, Problems.Changed("file"));
        }
    }
}
