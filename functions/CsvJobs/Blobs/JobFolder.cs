using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Storage;

namespace Serverless.CsvJobs.Blobs;

/// <summary>
/// The blobs of one job: <c>processed/&lt;path&gt;/&lt;job&gt;/</c>, and <c>.parts/</c> below it while the job is at work.
/// </summary>
internal sealed class JobFolder(BlobContainerClient processed, string folder)
{
    /// <summary>The folder of outputs that are one of many.</summary>
    public const string PartitionsFolder = "clean/";

    private const string PartsFolder = ".parts/";
    private const int ParallelDeletes = 16;

    /// <summary>The folder's name within the container, without a final slash.</summary>
    public string Name => folder;

    /// <summary>The schema that the request brought.</summary>
    public BlobClient GivenSchema => GetPart("given-schema.json");

    /// <summary>The folder of a job.</summary>
    public static string NameOf(string path, string id) => $"{path}/{id}";

    /// <summary>The id of a folder's job.</summary>
    public static string IdOf(string folder) => folder[(folder.LastIndexOf('/') + 1)..];

    /// <summary>The folder of a blob that is a part; null when it is none.</summary>
    public static string? OfPart(string name) =>
        name.LastIndexOf($"/{PartsFolder}", StringComparison.Ordinal) is > 0 and var end ? name[..end] : null;

    /// <summary>Opens a job's folder.</summary>
    public static async Task<JobFolder> OpenAsync(Containers containers, string folder, CancellationToken cancellationToken) =>
        new(await containers.GetAsync(new BlobName(Containers.Processed, folder + "/"), cancellationToken), folder);

    /// <summary>An output blob.</summary>
    public BlockBlobClient GetOutput(string name) => processed.GetBlockBlobClient($"{folder}/{name}");

    /// <summary>A blob that is deleted when the job has ended.</summary>
    public BlobClient GetPart(string name) => processed.GetBlobClient($"{folder}/{PartsFolder}{name}");

    /// <summary>A block blob that is deleted when the job has ended.</summary>
    public BlockBlobClient GetBlockPart(string name) => processed.GetBlockBlobClient($"{folder}/{PartsFolder}{name}");

    /// <summary>The outputs' names, container included; at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<string>> ListOutputsAsync(int limit, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var name in ListAsync(cancellationToken))
        {
            names.Add($"{processed.Name}/{folder}/{name}");
            if (names.Count == limit) break;
        }

        return names;
    }

    /// <summary>Deletes outputs.</summary>
    /// <param name="which">Chooses them by their names within the folder.</param>
    /// <param name="cancellationToken">Stops between two blobs.</param>
    public async Task DeleteOutputsAsync(Func<string, bool> which, CancellationToken cancellationToken)
    {
        await foreach (var name in ListAsync(cancellationToken))
        {
            if (which(name)) await processed.DeleteBlobIfExistsAsync($"{folder}/{name}", cancellationToken: cancellationToken);
        }
    }

    /// <summary>The names of parts that start alike, sorted.</summary>
    public async Task<IReadOnlyList<string>> ListPartsAsync(string prefix, CancellationToken cancellationToken)
    {
        var start = $"{folder}/{PartsFolder}";
        var names = new List<string>();
        await foreach (var part in processed.GetBlobsAsync(new GetBlobsOptions { Prefix = start + prefix }, cancellationToken))
            names.Add(part.Name[start.Length..]);
        return names;
    }

    /// <summary>Deletes what only the work needed.</summary>
    public async Task DeletePartsAsync(CancellationToken cancellationToken)
    {
        var parts = processed.GetBlobsAsync(new GetBlobsOptions { Prefix = $"{folder}/{PartsFolder}" }, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(parts, parallel, async (part, token) =>
            await processed.DeleteBlobIfExistsAsync(part.Name, cancellationToken: token));
    }

    // Of the folders below, those of partitions have outputs.
    private async IAsyncEnumerable<string> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var start = folder + "/";
        var options = new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = start };
        var hasPartitions = false;
        await foreach (var item in processed.GetBlobsByHierarchyAsync(options, cancellationToken))
        {
            if (item.IsBlob) yield return item.Blob.Name[start.Length..];
            else hasPartitions |= item.Prefix == start + PartitionsFolder;
        }

        if (!hasPartitions) yield break;
        var partitions = new GetBlobsOptions { Prefix = start + PartitionsFolder };
        await foreach (var blob in processed.GetBlobsAsync(partitions, cancellationToken)) yield return blob.Name[start.Length..];
    }
}
