using System.Collections.Concurrent;
using Azure.Storage.Blobs;

namespace Serverless.Storage;

/// <summary>Blob containers, each created when it is first used.</summary>
internal sealed class Containers(BlobServiceClient blobs)
{
    /// <summary>The container that files are dropped into.</summary>
    public const string Incoming = "incoming";

    /// <summary>The container of results.</summary>
    public const string Processed = "processed";

    /// <summary>The container of images, and of what is made of them.</summary>
    public const string Media = "media";

    /// <summary>The container of schemas that several files share.</summary>
    public const string Schemas = "schemas";

    /// <summary>The container of the definitions of workflows.</summary>
    public const string Workflows = "workflows";

    /// <summary>Templates of messages.</summary>
    public const string Templates = "templates";

    /// <summary>Lists of recipients.</summary>
    public const string Recipients = "recipients";

    /// <summary>The files of mail jobs, and the messages of an app without a mail server.</summary>
    public const string Mail = "mail";

    private readonly ConcurrentDictionary<string, Task<BlobContainerClient>> _known = new(StringComparer.Ordinal);

    /// <summary>The container, which exists once this returns.</summary>
    public async Task<BlobContainerClient> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        var creation = _known.GetOrAdd(name, CreateAsync);
        try
        {
            return await creation.WaitAsync(cancellationToken);
        }
        catch (Exception) when (creation.IsFaulted)
        {
            // A failure is not remembered: the next caller tries again.
            _known.TryRemove(KeyValuePair.Create(name, creation));
            throw;
        }
    }

    private async Task<BlobContainerClient> CreateAsync(string name)
    {
        var container = blobs.GetBlobContainerClient(name);
        await container.CreateIfNotExistsAsync();
        return container;
    }
}
