using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace Serverless.Email.Sending;

/// <summary>One connection to the mail server, in the words that decide what follows.</summary>
internal sealed class SmtpSession(SmtpClient client, SmtpSettings settings, TimeProvider time, Action<SmtpClient> giveBack) : IMailSession
{
    // RFC 5321: the server closes the channel; the answer is about the connection, not about the message.
    private const int ServiceClosing = 421;

    // RFC 6531: an address that needs SMTPUTF8 where it is not offered.
    private const int NotInAscii = 553;

    private bool _lost;

    public async Task SendAsync(MimeMessage message)
    {
        using var limit = new CancellationTokenSource(settings.Timeout, time);
        try
        {
            await client.SendAsync(message, limit.Token);
        }
        catch (SmtpCommandException e) when ((int)e.StatusCode != ServiceClosing)
        {
            _lost = !client.IsConnected;
            throw new MailRefusedException((int)e.StatusCode, e.Message, e);
        }
        catch (NotSupportedException e)
        {
            throw new MailRefusedException(NotInAscii, e.Message, e);
        }
        catch (Exception e)
            when (e is SocketException or IOException or ProtocolException or CommandException or ServiceNotConnectedException
            or ServiceNotAuthenticatedException or OperationCanceledException)
        {
            _lost = true;
            var reason = limit.IsCancellationRequested ? $"it took longer than {settings.Timeout} (setting Smtp__Timeout)" : e.Message;
            throw new MailUnavailableException($"The connection to the mail server broke off: {reason}", e);
        }
    }

    public ValueTask DisposeAsync()
    {
        if (_lost) client.Dispose();
        else giveBack(client);
        return ValueTask.CompletedTask;
    }
}
