using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.SchemaParsing;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Requests;
using Serverless.Http;

namespace Serverless.CsvJobs.Endpoints;

/// <summary><c>POST /api/csv/preview</c>: what a job would make of a file, from its beginning. Nothing is stored.</summary>
internal sealed class CsvPreviewFunction(IOptions<CsvSettings> settings, CsvPreviewer previewer)
{
    // Bytes are a third longer in Base64; beside them there is room for a schema.
    private const int MaxBodyBytes = (CsvPreviewer.MaxSampleBytes / 3 * 4) + (4 << 20);

    private const string Example = "{\"name\": \"orders.csv\", \"bytes\": 123456, \"sample\": \"aWQ...\"}";

    // Types are named, as in summary.json.
    private static readonly JsonSerializerOptions Json = new(AppJson.Options)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>
    /// 200 with the schema, the first records before and after, and a forecast; 400 with every fault, or with what is wrong with the file.
    /// The body has the file's <c>name</c>, its size in <c>bytes</c>, its beginning as Base64 in <c>sample</c>, and what
    /// <c>POST /api/csv</c> takes.
    /// </summary>
    [Function("CsvPreview")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "csv/preview")] HttpRequest request, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(
            request, MaxBodyBytes, Example, cancellationToken, "Send less of the file: its first 256 KiB tell enough.");
        var faults = new ValidationErrors();
        var sample = ReadSample(json, faults);
        var bytes = ReadSize(json, sample.Length, faults);
        var name = json["name"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "file.csv";
        foreach (var member in (string[])["name", "bytes", "sample"]) json.Remove(member);

        var asked = CsvRequestReader.Read(json, settings.Value, blobIsGiven: true, faults);
        if (asked.SchemaBlob is not null) faults.Add("schema", "Give the schema itself, not the name of a blob.");
        var schema = asked.InlineSchema is { } inline ? SchemaSource.Parse(inline.ToJsonString(), faults) : null;
        if (faults.Any) return Problems.Invalid(faults);
        try
        {
            var parsed = schema is null ? null : TableSchemaParser.Parse(schema.Json).Schema;
            return Results.Json(
                await previewer.PreviewAsync(name, sample, bytes, asked.Options, parsed, cancellationToken), Json);
        }
        catch (CsvJobException e)
        {
            return Problems.Create(StatusCodes.Status400BadRequest, "The file cannot be read", e.Message);
        }
    }

    private static byte[] ReadSample(JsonObject json, ValidationErrors faults)
    {
        var sample = new byte[CsvPreviewer.MaxSampleBytes];
        if (json["sample"] is JsonValue value && value.TryGetValue<string>(out var text)
            && Convert.TryFromBase64String(text, sample, out var count))
            return sample[..count];
        faults.Add("sample", $"Must be the beginning of the file as Base64, at most {CsvPreviewer.MaxSampleBytes} bytes of it.");
        return [];
    }

    private static long ReadSize(JsonObject json, int min, ValidationErrors faults)
    {
        if (json["bytes"] is null) return min;
        if (json["bytes"] is JsonValue value && value.TryGetValue<long>(out var bytes) && bytes >= min) return bytes;
        faults.Add("bytes", "Must be the size of the file, at least that of the sample.");
        return min;
    }
}
