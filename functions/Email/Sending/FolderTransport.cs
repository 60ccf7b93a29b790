using MimeKit;

namespace Serverless.Email.Sending;

/// <summary>Writes messages into a folder, for machines without a mail server.</summary>
internal sealed class FolderTransport(string folder) : IMailTransport, IMailSession
{
    /// <inheritdoc/>
    public ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        return ValueTask.FromResult<IMailSession>(this);
    }

    /// <inheritdoc/>
    public async Task SendAsync(MimeMessage message)
    {
        // The same message twice is one file; a reader never sees half of it.
        var path = Path.Combine(folder, MessageFile.NameOf(message));
        var unfinished = path + ".part";
        await message.WriteToAsync(unfinished);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
