using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Serverless.Storage;

/// <summary>Stores what arrives: nothing of it is visible before its end, and nothing is left of what broke off.</summary>
internal static class BlobUpload
{
    // Bounds the memory of an upload, whose size is not known before its end.
    private static readonly StorageTransferOptions Blocks = new()
    {
        InitialTransferSize = 8 << 20,
        MaximumTransferSize = 8 << 20,
        MaximumConcurrency = 2,
    };

    /// <summary>Stores a body as it arrives.</summary>
    /// <exception cref="RequestFailedException">Storage took nothing; 409 or 412 when the options' conditions do not hold.</exception>
    public static async Task<BlobContentInfo> RunAsync(
        BlobContainerClient container, string path, Stream body, BlobUploadOptions options, CancellationToken cancellationToken)
    {
        options.TransferOptions = Blocks;
        try
        {
            return (await container.GetBlobClient(path).UploadAsync(body, options, cancellationToken)).Value;
        }
        catch (Exception)
        {
            await DiscardAsync(container.GetBlockBlobClient(path));
            throw;
        }
    }

    // Blocks of a file that will never be whole would take their place for a week. Beside a file that is there already they stay: to
    // commit that one again would make it another.
    private static async Task DiscardAsync(BlockBlobClient blob)
    {
        try
        {
            var isNew = new BlobRequestConditions { IfNoneMatch = ETag.All };
            var empty = await blob.CommitBlockListAsync([], new CommitBlockListOptions { Conditions = isNew }, CancellationToken.None);
            await blob.DeleteAsync(
                conditions: new BlobRequestConditions { IfMatch = empty.Value.ETag }, cancellationToken: CancellationToken.None);
        }
        catch (RequestFailedException)
        {
            // The upload's own error says why: storage takes nothing, or the file is there.
        }
    }
}
