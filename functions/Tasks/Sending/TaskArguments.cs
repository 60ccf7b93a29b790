using System.Text.Json;
using Serverless.Storage;

namespace Serverless.Tasks;

/// <summary>Arguments over 64 KB lie in a blob, and the message carries its name.</summary>
public sealed class TaskArguments(Containers containers)
{
    /// <summary>What stays in the message, in bytes.</summary>
    public const int LargestInMessage = 64 * 1024;

    /// <summary>What a blob may hold, in bytes.</summary>
    public const int Largest = 64 * 1024 * 1024;

    /// <summary>Moves large arguments to a blob.</summary>
    /// <exception cref="TaskTooLargeException">They are over <see cref="Largest"/>.</exception>
    public async Task<TaskMessage> StoreLargeAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        if (message.Args is not { } args) return message;
        var json = JsonSerializer.SerializeToUtf8Bytes(args);
        if (json.Length <= LargestInMessage) return message;
        if (json.Length > Largest) throw new TaskTooLargeException("The arguments", json.Length, Largest);

        var name = $"arguments/{message.Id}/{message.Attempt}.json.gz";
        var container = await containers.GetAsync(TaskStore.ResultContainer, cancellationToken);
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(Gzip.Compress(json)), overwrite: true, cancellationToken);
        return message with { Args = null, ArgsBlob = name };
    }

    /// <summary>The arguments, wherever they are; an empty object when there are none.</summary>
    public async Task<JsonElement> LoadAsync(TaskMessage message, CancellationToken cancellationToken)
    {
        if (message.ArgsBlob is null) return message.Args ?? JsonSerializer.SerializeToElement(new { });
        var container = await containers.GetAsync(TaskStore.ResultContainer, cancellationToken);
        var blob = await container.GetBlobClient(message.ArgsBlob).DownloadContentAsync(cancellationToken);
        return TaskRows.Json(blob.Value.Content.ToArray());
    }
}
