using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.CsvJobs.Sets;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>The files that wait in <c>incoming</c>.</summary>
internal sealed class IncomingBlobs(Containers containers)
{
    // The options of an upload lie beside its content, so that the reconciler starts the same job if the uploader dies.
    private const string OptionsMetadata = "csvoptions";
    private const string SchemaSuffix = ".schema.json";

    /// <summary>The content's ETag; empty when there is no such blob.</summary>
    public async Task<string> FindETagAsync(string path, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Containers.Incoming, cancellationToken);
        try
        {
            var properties = await container.GetBlobClient(path).GetPropertiesAsync(cancellationToken: cancellationToken);
            return Normalize(properties.Value.ETag);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return "";
        }
    }

    /// <summary>A file as it stands now; null when there is no such blob.</summary>
    public async Task<IncomingBlob?> FindAsync(string path, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Containers.Incoming, cancellationToken);
        try
        {
            var found = (await container.GetBlobClient(path).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            var options = found.Metadata.TryGetValue(OptionsMetadata, out var value) ? value : null;
            return new IncomingBlob(path, Normalize(found.ETag), found.LastModified, options);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }

    /// <summary>True for the path of a schema, which lies beside the file it is for.</summary>
    public static bool IsSchema(string path) => path.EndsWith(SchemaSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Stores a body as it arrives.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="body">The content.</param>
    /// <param name="options">The request's options, for whoever starts the job.</param>
    /// <param name="cancellationToken">Cancels the upload; nothing is visible then.</param>
    /// <returns>The content's ETag.</returns>
    public async Task<string> UploadAsync(string path, Stream body, JsonObject options, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var upload = new BlobUploadOptions
        {
            Metadata = MetadataOf(options),
            HttpHeaders = new BlobHttpHeaders { ContentType = "text/csv" },
        };
        return Normalize((await BlobUpload.RunAsync(container, path, body, upload, cancellationToken)).ETag);
    }

    /// <summary>The options of a file's job, as they lie beside its content.</summary>
    public static Dictionary<string, string> MetadataOf(JsonObject options) => new() { [OptionsMetadata] = options.ToJsonString() };

    /// <summary>All files, with the options that their upload brought; schemas that lie beside them are none.</summary>
    public async IAsyncEnumerable<IncomingBlob> ListAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(Containers.Incoming, cancellationToken);
        var options = new GetBlobsOptions { Traits = BlobTraits.Metadata };
        await foreach (var item in container.GetBlobsAsync(options, cancellationToken))
        {
            if (IsSchema(item.Name) || item.Properties.ETag is not { } etag) continue;
            var text = item.Metadata is not null && item.Metadata.TryGetValue(OptionsMetadata, out var value) ? value : null;
            yield return new IncomingBlob(item.Name, Normalize(etag), item.Properties.LastModified ?? DateTimeOffset.MinValue, text);
        }
    }

    /// <summary>The files that a pattern stands for.</summary>
    /// <exception cref="CsvJobException">There are too many.</exception>
    public async Task<FileListing> ListAsync(BlobPattern pattern, CancellationToken cancellationToken) =>
        await FileListing.ReadAsync(await containers.GetAsync(Containers.Incoming, cancellationToken), pattern, cancellationToken);

    /// <summary>The options that an upload brought; null when they are not what an upload writes.</summary>
    public static JsonObject? ParseOptions(string? text)
    {
        if (text is null) return [];
        try
        {
            return StrictJson.ParseObject(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// The blobs that may hold a file's schema when the request names none: <c>a.csv.schema.json</c>, <c>a.schema.json</c>; of
    /// <c>a.csv.gz</c> all three.
    /// </summary>
    public static IEnumerable<string> ListSchemasBeside(string path)
    {
        yield return path + SchemaSuffix;
        for (var left = 2; left > 0 && Path.GetExtension(path) is { Length: > 0 } extension; left--)
        {
            path = path[..^extension.Length];
            yield return path + SchemaSuffix;
            if (!extension.Equals(".gz", StringComparison.OrdinalIgnoreCase)) yield break;
        }
    }

    /// <summary>A version as jobs name it: listings give ETags without quotes, single blobs with them.</summary>
    public static string Normalize(ETag etag) => etag.ToString().Trim('"');
}
