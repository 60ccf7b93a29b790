using MimeKit;

namespace Serverless.Email.Sending;

/// <summary>The way out for messages: an SMTP server, a folder, or a container.</summary>
internal interface IMailTransport
{
    /// <summary>Opens a way for any number of messages, one after the other. Disposing gives it back.</summary>
    /// <exception cref="MailUnavailableException">The server cannot be reached, or lets nobody in.</exception>
    /// <exception cref="Errors.CircuitOpenException">It could not before, and is not asked again yet.</exception>
    ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken);
}

/// <summary>A way for messages, used by one sender at a time.</summary>
internal interface IMailSession : IAsyncDisposable
{
    /// <summary>Hands a message over. It is not broken off half way: whoever cancels does so between messages.</summary>
    /// <exception cref="MailRefusedException">The server answered that it does not take the message; the session is fit for the
    /// next.</exception>
    /// <exception cref="MailUnavailableException">The connection is lost, and it is unknown whether the message was taken.</exception>
    Task SendAsync(MimeMessage message);
}
