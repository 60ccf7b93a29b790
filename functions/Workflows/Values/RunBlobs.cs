using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Workflows.Values;

/// <summary>
/// Values that are too large to travel: inputs, results and lists of a run, under the run's id, which is a <see cref="TaskKey"/>'s.
/// </summary>
internal sealed class RunBlobs(Containers containers)
{
    /// <summary>The container; its life cycle ends what nobody purged.</summary>
    public const string Container = TaskBlobs.Container;

    /// <summary>The largest value, in bytes of JSON.</summary>
    public const int MaxBytes = TaskArguments.MaxBytes;

    // Messages wrap values, and may be 64 deep.
    private const int MaxInlineDepth = 48;

    /// <summary>Stores a value, in a blob when it is large.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="name">The value's name within the run; the same name is overwritten.</param>
    /// <param name="value">The value.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    /// <exception cref="TaskTooLargeException">It is over <see cref="MaxBytes"/>.</exception>
    public async Task<StoredValue> StoreAsync(string runId, string name, JsonElement? value, CancellationToken cancellationToken)
    {
        if (value is not { ValueKind: not JsonValueKind.Null } json) return StoredValue.Null;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        if (bytes.Length <= StoredValue.MaxInlineBytes && !JsonDepth.Exceeds(json, MaxInlineDepth)) return new StoredValue(json);
        if (bytes.Length > MaxBytes) throw new TaskTooLargeException($"The value '{name}'", bytes.Length, MaxBytes);
        var blob = BuildName(runId, name + ".json");
        await (await OpenAsync(blob, cancellationToken)).UploadAsync(
            new MemoryStream(
                bytes), new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "application/json" } },
                cancellationToken);
        return new StoredValue(Blob: blob);
    }

    /// <summary>The value, wherever it lies.</summary>
    /// <exception cref="TaskValidationException">Its blob is gone.</exception>
    public async Task<JsonElement> LoadAsync(StoredValue value, CancellationToken cancellationToken)
    {
        if (value.Blob is not { } blob) return value.Json ?? JsonSerializer.SerializeToElement<object?>(null);
        try
        {
            var content = await (await OpenAsync(blob, cancellationToken)).DownloadContentAsync(cancellationToken);
            return JsonSerializer.Deserialize<JsonElement>(content.Value.Content);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new TaskValidationException($"The blob '{Container}/{blob}' is gone.", e);
        }
    }

    /// <summary>Values by name, loaded.</summary>
    /// <exception cref="TaskValidationException">A blob is gone.</exception>
    public async Task<IReadOnlyDictionary<string, JsonElement>> LoadAsync(
        IReadOnlyDictionary<string, StoredValue>? values, CancellationToken cancellationToken)
    {
        var loaded = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in values ?? new Dictionary<string, StoredValue>())
            loaded[name] = await LoadAsync(value, cancellationToken);
        return loaded;
    }

    /// <summary>A blob of a run.</summary>
    public static string BuildName(string runId, string name) => $"workflows/{runId}/{name}";

    /// <summary>Opens a blob of any run.</summary>
    public async Task<BlockBlobClient> OpenAsync(string blob, CancellationToken cancellationToken) =>
        (await containers.GetAsync(new BlobName(Container, blob), cancellationToken)).GetBlockBlobClient(blob);

    /// <summary>Deletes what a run has.</summary>
    public async Task DeleteAsync(string runId, CancellationToken cancellationToken)
    {
        var folder = BuildName(runId, "");
        var container = await containers.GetAsync(new BlobName(Container, folder), cancellationToken);
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, folder, cancellationToken))
            await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
    }
}
