using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Options;
using Serverless.Storage;
using Serverless.Tasks;

namespace Serverless.Media;

/// <summary>Images in blob storage.</summary>
internal sealed class MediaBlobs(Containers containers, IOptions<MediaSettings> settings)
{
    /// <summary>Reads an image's file.</summary>
    /// <exception cref="TaskValidationException">There is no such blob, or it is too large to be read.</exception>
    public async Task<byte[]> ReadAsync(BlobName name, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(name, cancellationToken);
        try
        {
            using var blob = (await container.GetBlobClient(name.Path).DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            if (blob.Details.ContentLength > settings.Value.MaxBytes)
                throw new TaskValidationException(
                    $"source: {name} has {blob.Details.ContentLength} bytes; at most {settings.Value.MaxBytes} are read (setting " +
                    $"Media__MaxBytes).");
            var bytes = new byte[blob.Details.ContentLength];
            await blob.Content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new TaskValidationException($"source: there is no blob {name}.", e);
        }
    }

    /// <summary>Writes an image's file, over what lies there.</summary>
    public async Task WriteAsync(BlobName name, ReadOnlyMemory<byte> content, ImageFormat format, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(name, cancellationToken);
        var headers = new BlobHttpHeaders { ContentType = $"image/{format.ToString().ToLowerInvariant()}" };
        await container.GetBlobClient(name.Path)
            .UploadAsync(BinaryData.FromBytes(content), new BlobUploadOptions { HttpHeaders = headers }, cancellationToken);
    }
}
