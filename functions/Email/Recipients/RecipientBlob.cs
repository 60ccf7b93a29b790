using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Serverless.Email.Recipients;

/// <summary>A list of recipients in storage. Every request names the content that the job is about.</summary>
internal sealed class RecipientBlob(BlobClient blob, string etag)
{
    private readonly BlobRequestConditions _conditions = new() { IfMatch = new ETag(etag) };

    /// <summary>The list's size in bytes.</summary>
    public Task<long> GetLengthAsync(CancellationToken cancellationToken) =>
        GuardAsync(async () => (await blob.GetPropertiesAsync(_conditions, cancellationToken)).Value.ContentLength);

    /// <summary>A part of the list, as it is read.</summary>
    public Task<Stream> OpenAsync(long offset, long count, CancellationToken cancellationToken) => count == 0
        ? Task.FromResult(Stream.Null)
        : GuardAsync(async () =>
        {
            var options = new BlobDownloadOptions { Range = new HttpRange(offset, count), Conditions = _conditions };
            return (await blob.DownloadStreamingAsync(options, cancellationToken)).Value.Content;
        });

    private async Task<T> GuardAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            throw new MailJobException(
                $"The list {blob.BlobContainerName}/{blob.Name} was replaced during the job. Who was not sent to by then will not be; " +
                $"start a job for the new list.", e);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new MailJobException(
                $"The list {blob.BlobContainerName}/{blob.Name} was deleted during the job. Who was not sent to by then will not be.", e);
        }
    }
}
