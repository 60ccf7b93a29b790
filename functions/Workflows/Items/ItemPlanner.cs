using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.References;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Items;

/// <summary>Reads the items of a map once, in memory that does not depend on how many there are.</summary>
internal sealed class ItemPlanner(Containers containers, RunBlobs blobs, MapFolder folder)
{
    // Blocks that a blob can have; each chunk stages one.
    private const int MaxChunks = 50_000;

    /// <summary>Counts the items and stores where chunks start.</summary>
    /// <exception cref="TaskValidationException">The source is no array and no blob of items.</exception>
    public async Task<ItemPlan> PlanAsync(ItemMapInput map, CancellationToken cancellationToken)
    {
        var values = await blobs.LoadAsync(map.Values, cancellationToken);
        var items = new RunData(values).Resolve(map.Items);
        if (items.ValueKind == JsonValueKind.Null) items = JsonSerializer.SerializeToElement(Array.Empty<int>());
        if (ItemSource.FindFault(items, allowReference: false) is { } fault)
            throw new TaskValidationException($"The items of '{map.Place}' are refused. {fault}");

        var starts = new ChunkStarts(map.ChunkSize);
        var (container, path, etag) = ItemSource.BlobOf(items) switch
        {
            null => await WriteAsync(map, writer => ArrayItems.WriteAsync(items, writer, cancellationToken), starts, cancellationToken),
            { } csv when ItemSource.IsCsv(csv) => await ReadCsvAsync(map, csv, starts, cancellationToken),
            { } lines => await ScanAsync(lines, starts, cancellationToken),
        };
        if (starts.Chunks > MaxChunks)
            throw new TaskValidationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{starts.Items} items are {starts.Chunks} chunks of {map.ChunkSize}; at most {MaxChunks} are allowed. Use a " +
                    $"larger chunkSize."));

        // The items themselves need not travel with every chunk.
        var spec = new MapFolder.Spec(
            map with { Items = JsonSerializer.SerializeToElement(Array.Empty<int>()), Values = null }, Needed(
                map, values), container, path, etag, starts.Items);
        await folder.SaveAsync(spec, starts.End(), cancellationToken);
        return new ItemPlan(starts.Items, starts.Chunks);
    }

    private static Dictionary<string, JsonElement> Needed(ItemMapInput map, IReadOnlyDictionary<string, JsonElement> values)
    {
        if (map.Args is not { } args) return [];
        var text = args.GetRawText();
        return values.Where(v => text.Contains($"$.{v.Key}", StringComparison.Ordinal))
            .ToDictionary(v => v.Key, v => v.Value, StringComparer.Ordinal);
    }

    private async Task<(string Container, string Path, string ETag)> ScanAsync(
        BlobName source, ChunkStarts starts, CancellationToken cancellationToken)
    {
        var blob = (await containers.GetAsync(source, cancellationToken)).GetBlobClient(source.Path);
        var download = await GuardAsync(source, () => blob.DownloadStreamingAsync(cancellationToken: cancellationToken));
        await using var content = download.Content;
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0) starts.Add(buffer.AsSpan(0, read));
        return (source.Container, source.Path, download.Details.ETag.ToString().Trim('"'));
    }

    private async Task<(string Container, string Path, string ETag)> ReadCsvAsync(
        ItemMapInput map, BlobName source, ChunkStarts starts, CancellationToken cancellationToken)
    {
        var blob = (await containers.GetAsync(source, cancellationToken)).GetBlobClient(source.Path);
        var download = await GuardAsync(source, () => blob.DownloadStreamingAsync(cancellationToken: cancellationToken));
        await using var content = download.Content;
        return await WriteAsync(map, writer => CsvItems.WriteAsync(content, writer, cancellationToken), starts, cancellationToken);
    }

    private async Task<(string Container, string Path, string ETag)> WriteAsync(
        ItemMapInput map, Func<Stream, Task> write, ChunkStarts starts, CancellationToken cancellationToken)
    {
        var blob = await folder.OpenAsync(map.RunId, map.Place, "items.jsonl", cancellationToken);
        await using (var target = await blob.OpenWriteAsync(
            overwrite: true, new BlockBlobOpenWriteOptions { BufferSize = 4 << 20 }, cancellationToken))
        await using (var counting = new CountingStream(target, starts)) await write(counting);
        var properties = await blob.GetPropertiesAsync(cancellationToken: cancellationToken);
        return (RunBlobs.Container, blob.Name, properties.Value.ETag.ToString().Trim('"'));
    }

    private static async Task<BlobDownloadStreamingResult> GuardAsync(
        BlobName source, Func<Task<Response<BlobDownloadStreamingResult>>> download)
    {
        try
        {
            return (await download()).Value;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new TaskValidationException($"There is no blob {source}.", e);
        }
    }
}
