using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Storage;

/// <summary>Blob containers, each created when it is first used, and the accounts in which they lie (<see cref="BlobAccounts"/>).</summary>
internal sealed class Containers(BlobAccounts accounts)
{
    /// <summary>The container that files are dropped into.</summary>
    public const string Incoming = "incoming";

    /// <summary>The container of what CSV jobs made.</summary>
    public const string Processed = "processed";

    /// <summary>The container of arguments and results of tasks and runs that are too large for a row.</summary>
    public const string Results = "results";

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

    private readonly ConcurrentDictionary<(int Account, string Name), Task<BlobContainerClient>> _known = new();

    /// <summary>The containers of one account.</summary>
    public Containers(BlobServiceClient only)
        : this(new BlobAccounts([only]))
    {
    }

    /// <summary>A container of which there is one alone; it exists once this returns.</summary>
    /// <exception cref="ArgumentException">Each account has one of this name: name the blob.</exception>
    public Task<BlobContainerClient> GetAsync(string name, CancellationToken cancellationToken = default) =>
        BlobAccounts.IsSpread(name)
            ? throw new ArgumentException($"The blobs of {name} lie in several accounts: name the blob.", nameof(name))
            : OpenAsync(0, name, cancellationToken);

    /// <summary>The container in which a blob lies, or what the blob's owner has.</summary>
    public Task<BlobContainerClient> GetAsync(BlobName blob, CancellationToken cancellationToken = default) =>
        OpenAsync(accounts.Find(blob), blob.Container, cancellationToken);

    /// <summary>The containers in which blobs may lie whose paths begin alike.</summary>
    public async Task<IReadOnlyList<BlobContainerClient>> GetAllAsync(
        string name, string prefix = "", CancellationToken cancellationToken = default) =>
        await Task.WhenAll(accounts.FindAll(name, prefix).Select(account => OpenAsync(account, name, cancellationToken)));

    /// <summary>The blobs whose paths begin alike, account by account, each in the order of names.</summary>
    public async IAsyncEnumerable<BlobItem> ListAsync(
        string name, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var container in await GetAllAsync(name, prefix, cancellationToken))
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken))
                yield return blob;
        }
    }

    private async Task<BlobContainerClient> OpenAsync(int account, string name, CancellationToken cancellationToken)
    {
        var creation = _known.GetOrAdd((account, name), CreateAsync);
        try
        {
            return await creation.WaitAsync(cancellationToken);
        }
        catch (Exception) when (creation.IsFaulted)
        {
            // A failure is not remembered: the next caller tries again.
            _known.TryRemove(KeyValuePair.Create((account, name), creation));
            throw;
        }
    }

    private async Task<BlobContainerClient> CreateAsync((int Account, string Name) place)
    {
        var account = accounts.Open(place.Account);
        if (BlobAccounts.IsSpread(place.Name)) await AccountMark.CheckAsync(account, place.Account + 1, accounts.Count);
        var container = account.GetBlobContainerClient(place.Name);
        await container.CreateIfNotExistsAsync();
        return container;
    }
}
