using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>The arguments and results of tasks that are too large for a message or a row, as gzip JSON under the task's id.</summary>
internal sealed class TaskBlobs(Containers containers)
{
    /// <summary>The container; its life cycle ends what nobody purged.</summary>
    public const string Container = Containers.Results;

    /// <summary>Stores a result.</summary>
    /// <returns>The blob's name.</returns>
    public Task<string> WriteResultAsync(TaskMessage message, byte[] gzip, CancellationToken cancellationToken) =>
        WriteAsync($"{Folder(message.Id)}result-{message.Redrives}-{message.Attempt}.json.gz", gzip, cancellationToken);

    /// <summary>Stores the arguments of an attempt.</summary>
    /// <returns>The blob's name.</returns>
    public Task<string> WriteArgumentsAsync(TaskMessage message, byte[] gzip, CancellationToken cancellationToken) =>
        WriteAsync($"{Folder(message.Id)}args-{message.Redrives}-{message.Attempt}.json.gz", gzip, cancellationToken);

    /// <summary>Reads one of them.</summary>
    /// <exception cref="TaskValidationException">It is gone.</exception>
    public async Task<JsonElement> ReadAsync(string name, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(new BlobName(Container, name), cancellationToken);
        try
        {
            var blob = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
            return TaskRows.ReadJson(blob.Value.Content.ToArray());
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new TaskValidationException($"The blob '{Container}/{name}' is gone.", e);
        }
    }

    /// <summary>Deletes what a task has.</summary>
    public async Task DeleteAsync(string id, bool keepArguments, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(new BlobName(Container, Folder(id)), cancellationToken);
        var prefix = keepArguments ? $"{Folder(id)}result-" : Folder(id);
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken))
            await container.DeleteBlobIfExistsAsync(blob.Name, cancellationToken: cancellationToken);
    }

    private static string Folder(string id) => $"tasks/{id}/";

    private async Task<string> WriteAsync(string name, byte[] gzip, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(new BlobName(Container, name), cancellationToken);
        var headers = new BlobHttpHeaders { ContentType = "application/json", ContentEncoding = "gzip" };
        await container.GetBlobClient(name)
            .UploadAsync(BinaryData.FromBytes(gzip), new BlobUploadOptions { HttpHeaders = headers }, cancellationToken);
        return name;
    }
}
