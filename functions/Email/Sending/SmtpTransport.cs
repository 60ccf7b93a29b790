using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using Serverless.Resilience;

namespace Serverless.Email.Sending;

/// <summary>
/// Connections to the mail server, kept open between batches. Each connection is made through the server's circuit breaker, so that an
/// instance that found the server down does not knock for every message.
/// </summary>
internal sealed class SmtpTransport(IOptions<SmtpSettings> options, CircuitBreakers breakers, TimeProvider time)
    : IMailTransport, IAsyncDisposable
{
    private readonly SmtpSettings _settings = options.Value;
    private readonly ServerTrust? _trust = options.Value.CertificateAuthority is { Length: > 0 } file ? new ServerTrust(file) : null;
    private readonly ConcurrentStack<(SmtpClient Client, long Since)> _idle = new();

    /// <inheritdoc/>
    public async ValueTask<IMailSession> OpenAsync(CancellationToken cancellationToken)
    {
        while (_idle.TryPop(out var idle))
        {
            if (idle.Client.IsConnected && time.GetElapsedTime(idle.Since) < _settings.IdleTime)
                return new SmtpSession(idle.Client, _settings, time, Return);
            idle.Client.Dispose();
        }

        var client = await breakers.ExecuteAsync(_settings.Breaker, ConnectAsync, cancellationToken);
        return new SmtpSession(client, _settings, time, Return);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var idle))
        {
            using var client = idle.Client;
            if (client.IsConnected) await client.DisconnectAsync(quit: true).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async ValueTask<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(_settings.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var client = new SmtpClient();
        try
        {
            _trust?.Apply(client);
            await client.ConnectAsync(_settings.Host!, _settings.Port, ToOptions(_settings.Security), either.Token);
            if (_settings.User is { Length: > 0 } user) await client.AuthenticateAsync(user, _settings.Password!, either.Token);
            return client;
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested)
        {
            client.Dispose();
            throw new MailUnavailableException(
                $"The mail server {_settings.Host}:{_settings.Port} did not let the app in within {_settings.Timeout} (setting " +
                $"Smtp__Timeout).", e);
        }
        catch (Exception e) when (IsTheServers(e))
        {
            client.Dispose();
            throw new MailUnavailableException($"The mail server {_settings.Host}:{_settings.Port} cannot be used: {Describe(e)}", e);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    // A refused login is the operator's to mend, as is a certificate; until then every message would fail for it.
    private static bool IsTheServers(Exception e) =>
        e is SocketException or IOException or AuthenticationException or SslHandshakeException or ProtocolException or CommandException
            or NotSupportedException;

    private static string Describe(Exception e) => e switch
    {
        SslHandshakeException => "its certificate is not trusted, or it speaks no TLS on this port.",
        AuthenticationException => $"it refused the login: {e.Message}",
        NotSupportedException => $"it does not offer what Smtp__Security or Smtp__User ask for: {e.Message}",
        _ => e.Message,
    };

    private static SecureSocketOptions ToOptions(SmtpSecurity security) => security switch
    {
        SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => SecureSocketOptions.StartTls,
    };

    private void Return(SmtpClient client)
    {
        if (client.IsConnected && _idle.Count < _settings.MaxIdle) _idle.Push((client, time.GetTimestamp()));
        else client.Dispose();
    }
}
