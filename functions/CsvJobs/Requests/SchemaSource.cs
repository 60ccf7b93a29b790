using System.Globalization;
using Azure;
using Serverless.Csv.Schema;
using Serverless.Csv.SchemaParsing;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs.Requests;

/// <summary>Gets the schema that a request gives or names, and validates it.</summary>
internal sealed class SchemaSource(Containers containers)
{
    private const long MaxBytes = 4 << 20;

    /// <summary>Null when the request has no schema, or one at fault.</summary>
    public async Task<GivenSchema?> ReadAsync(CsvRequest request, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var json = request.InlineSchema?.ToJsonString();
        if (request.SchemaBlob is { } blob) json = await DownloadAsync(blob, faults, cancellationToken);
        return json is null ? null : Parse(json, faults);
    }

    /// <summary>The schema in a JSON text; null when it is at fault.</summary>
    public static GivenSchema? Parse(string json, ValidationErrors faults)
    {
        var parsed = TableSchemaParser.Parse(json);
        foreach (var fault in parsed.Faults) faults.Add("schema", fault.ToString());
        if (parsed.Schema is null) return null;
        var canonical = parsed.Schema.ToJson();
        return new GivenSchema(canonical, ContentHash.Of(canonical));
    }

    /// <summary>The text of a schema's blob; null when there is no such blob or it is too large.</summary>
    public async Task<string?> DownloadAsync(BlobName name, ValidationErrors faults, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(name, cancellationToken);
        var blob = container.GetBlobClient(name.Path);
        try
        {
            var size = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ContentLength;
            if (size > MaxBytes)
            {
                faults.Add(
                    "schema", string.Create(CultureInfo.InvariantCulture, $"{name} has {size} bytes; a schema may have {MaxBytes}."));
                return null;
            }

            return (await blob.DownloadContentAsync(cancellationToken)).Value.Content.ToString();
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            faults.Add("schema", $"There is no blob {name}.");
            return null;
        }
    }
}
