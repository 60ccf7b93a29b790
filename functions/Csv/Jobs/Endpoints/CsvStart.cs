using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Csv.Jobs.Door;

namespace Serverless.Csv.Jobs.Endpoints;

/// <summary><c>POST /api/csv</c>: starts the job of a file that lies in <c>incoming</c>, or is about to.</summary>
public sealed class CsvStart(IOptions<CsvSettings> settings, SchemaSource schemas, IncomingBlobs incoming, CsvJobStarter starter, CsvJobReader reader)
{
    // A schema of 2,000 columns with constraints stays well below.
    private const int MaxBodyBytes = 4 << 20;

    /// <summary>202 with the Durable management payload; 200 with the status when the job has ended already; 400 with every fault.</summary>
    [Function(nameof(CsvStart))]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (json, problem) = await ReadBodyAsync(request, cancellationToken);
        if (json is null) return Problems.Create(StatusCodes.Status400BadRequest, "The body is no JSON object", problem!);

        var faults = new Faults();
        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: false, faults);
        var schema = await schemas.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any) return Problems.Invalid(faults);

        var path = asked.Blob!.Path;
        var etag = await incoming.FindETagAsync(path, cancellationToken);
        var options = asked.Options with { SchemaHash = schema?.Hash };
        var id = await starter.StartAsync(client, path, etag, options, schema?.Json, asked.Force, cancellationToken);
        return await Accepted.AnswerAsync(request, client, reader, id, cancellationToken);
    }

    private static async Task<(JsonObject? Json, string? Problem)> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        const string expectation = "Send application/json such as {\"blob\": \"incoming/orders.csv\"}.";
        using var body = new MemoryStream();
        try
        {
            await new BoundedStream(request.Body, MaxBodyBytes).CopyToAsync(body, cancellationToken);
            body.Position = 0;
            return await JsonNode.ParseAsync(body, cancellationToken: cancellationToken) is JsonObject json ? (json, null) : (null, expectation);
        }
        catch (JsonException e)
        {
            return (null, $"{e.Message} {expectation}");
        }
        catch (BodyTooLargeException e)
        {
            return (null, $"{e.Message} Put a large schema into a blob and name it in \"schema\".");
        }
    }
}
