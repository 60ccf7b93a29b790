using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Csv.Jobs.Door;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Csv.Jobs.Endpoints;

/// <summary><c>PUT /api/csv/{path}</c>: streams the body into <c>incoming/{path}</c> and starts its job. Options come in the query.</summary>
public sealed class CsvUpload(IOptions<CsvSettings> settings, SchemaSource schemas, IncomingBlobs incoming, CsvJobStarter starter, CsvJobReader reader)
{
    /// <summary>202 with the Durable management payload; 400 with every fault; 413 when the body is too large.</summary>
    [Function(nameof(CsvUpload))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "csv/{*path}")] HttpRequest request,
        string? path,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var limit = settings.Value.MaxUploadBytes;
        var faults = new Faults();
        if (!BlobName.TryParse($"{Containers.Incoming}/{path}", [Containers.Incoming], out var blob, out var fault)) faults.Add("path", fault);

        // Routing leaves this one character as it came: whoever reads the name later might not.
        if (path?.Contains("%2f", StringComparison.OrdinalIgnoreCase) ?? false) faults.Add("path", "The path holds an encoded slash (%2F); write it as \"/\".");
        var json = QueryOptions.ToJson(request.Query.Select(q => KeyValuePair.Create(q.Key, (string?)q.Value)));

        // New content is always a new job.
        json.Remove("force");
        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: true, faults);
        var schema = await schemas.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults);
        if (request.ContentLength > limit) return TooLarge(limit);

        // The server's own limit (30 MB by default) is for requests that are held in memory; this one is not, and is bounded below.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = null;
        string etag;
        try
        {
            etag = await incoming.UploadAsync(blob!.Path, new BoundedStream(request.Body, limit), json, cancellationToken);
        }
        catch (BodyTooLargeException)
        {
            return TooLarge(limit);
        }

        var options = asked.Options with { SchemaHash = schema?.Hash };
        var id = await starter.StartAsync(client, blob.Path, etag, options, schema?.Json, force: false, cancellationToken);
        return await Accepted.AnswerAsync(request, client, reader, id, cancellationToken);
    }

    private static IResult TooLarge(long limit) => Problems.Create(
        StatusCodes.Status413PayloadTooLarge,
        "The file is too large for this way in",
        string.Create(CultureInfo.InvariantCulture, $"At most {limit} bytes are taken here (setting Csv__MaxUploadBytes). Upload it to blob storage under incoming/ instead."));
}
