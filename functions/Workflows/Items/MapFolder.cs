using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Items;

/// <summary>
/// The blobs of one map: what it is, where its chunks start, its items when they were no blob of JSON Lines, results and failures.
/// </summary>
internal sealed class MapFolder(Containers containers, RunBlobs blobs)
{
    private const int IndexEntry = sizeof(long);

    /// <summary>The facts that chunks need; the references of the arguments are resolved but for the item.</summary>
    /// <param name="Map">What was asked for.</param>
    /// <param name="Values">What the arguments refer to.</param>
    /// <param name="Container">The container of the items.</param>
    /// <param name="Path">Their blob.</param>
    /// <param name="ETag">Its content.</param>
    /// <param name="Items">How many there are.</param>
    public sealed record Spec(
        ItemMapInput Map, IReadOnlyDictionary<string, JsonElement> Values, string Container, string Path, string ETag, long Items);

    /// <summary>A map's blob.</summary>
    public Task<BlockBlobClient> OpenAsync(string runId, string place, string name, CancellationToken cancellationToken) =>
        blobs.OpenAsync(NameOf(runId, place, name), cancellationToken);

    /// <summary>A map's blob, with its container.</summary>
    public static string BuildFullName(string runId, string place, string name) => $"{RunBlobs.Container}/{NameOf(runId, place, name)}";

    /// <summary>Stores what the map is, and where its chunks start.</summary>
    /// <param name="spec">What it is.</param>
    /// <param name="starts">Where each chunk starts in the items' blob, and where the last ends.</param>
    /// <param name="cancellationToken">Ends the uploads.</param>
    public async Task SaveAsync(Spec spec, IReadOnlyList<long> starts, CancellationToken cancellationToken)
    {
        var index = new byte[starts.Count * IndexEntry];
        for (var i = 0; i < starts.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(index.AsSpan(i * IndexEntry), starts[i]);
        var (run, place) = (spec.Map.RunId, spec.Map.Place);
        await (await OpenAsync(run, place, "chunks.bin", cancellationToken)).UploadAsync(
            new MemoryStream(index), cancellationToken: cancellationToken);
        await (await OpenAsync(run, place, "map.json", cancellationToken)).UploadAsync(
            new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(spec, WorkflowJson.Options)), cancellationToken: cancellationToken);
    }

    /// <summary>Loads the map's specification.</summary>
    public async Task<Spec> LoadAsync(string runId, string place, CancellationToken cancellationToken)
    {
        var content = await (await OpenAsync(runId, place, "map.json", cancellationToken)).DownloadContentAsync(cancellationToken);
        return JsonSerializer.Deserialize<Spec>(content.Value.Content, WorkflowJson.Options)
            ?? throw new JsonException($"The map {runId} {place} is null.");
    }

    /// <summary>The items of a chunk as they stand in their blob: lines of JSON.</summary>
    /// <exception cref="TaskValidationException">The blob is not the one that was counted.</exception>
    public async Task<string[]> ReadLinesAsync(Spec spec, int chunk, CancellationToken cancellationToken)
    {
        var index = await OpenAsync(spec.Map.RunId, spec.Map.Place, "chunks.bin", cancellationToken);
        var entry = await index.DownloadContentAsync(
            new BlobDownloadOptions { Range = new HttpRange((long)chunk * IndexEntry, 2 * IndexEntry) }, cancellationToken);
        var bytes = entry.Value.Content.ToMemory();
        var (start, end) =
            (BinaryPrimitives.ReadInt64LittleEndian(bytes.Span), BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[IndexEntry..]));
        var items = (await containers.GetAsync(new BlobName(spec.Container, spec.Path), cancellationToken)).GetBlobClient(spec.Path);
        try
        {
            var options =
                new BlobDownloadOptions
                {
                    Range = new HttpRange(
                    start, end - start),
                    Conditions = new BlobRequestConditions { IfMatch = new ETag($"\"{spec.ETag}\"") }
                };
            var content = await items.DownloadContentAsync(options, cancellationToken);
            return Encoding.UTF8.GetString(content.Value.Content)
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            throw new TaskValidationException($"The blob {spec.Container}/{spec.Path} was replaced or deleted during the map.", e);
        }
    }

    /// <summary>The id of a chunk's block: a chunk that runs twice stages the same one.</summary>
    public static string BuildBlockId(int chunk) =>
        Convert.ToBase64String(Encoding.ASCII.GetBytes(chunk.ToString("x8", CultureInfo.InvariantCulture)));

    /// <summary>The chunk of a block.</summary>
    public static int ChunkOf(string blockId) =>
        int.Parse(Encoding.ASCII.GetString(Convert.FromBase64String(blockId)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string NameOf(string runId, string place, string name) => RunBlobs.BuildName(runId, $"maps/{place}/{name}");
}
