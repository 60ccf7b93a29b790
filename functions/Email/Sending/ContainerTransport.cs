using Azure.Storage.Blobs.Models;
using MimeKit;
using Serverless.Storage;

namespace Serverless.Email.Sending;

/// <summary>Writes messages into the container <c>mail</c>, under <c>outbox/</c>, for apps without a mail server.</summary>
internal sealed class ContainerTransport(Containers containers) : IMailTransport, IMailSession
{
    private static readonly BlobUploadOptions Upload = new() { HttpHeaders = new BlobHttpHeaders { ContentType = "message/rfc822" } };

    /// <inheritdoc/>
    public ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IMailSession>(this);

    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage message)
    {
        var blob = new BlobName(Containers.Mail, $"outbox/{MessageFile.NameOf(message)}");
        var container = await containers.GetAsync(blob);
        using var content = new MemoryStream();
        await message.WriteToAsync(content);
        content.Position = 0;
        await container.GetBlobClient(blob.Path).UploadAsync(content, Upload);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
