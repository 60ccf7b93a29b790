using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Serverless.Tasks;

namespace Serverless.Notifications.Webhooks;

/// <summary>
/// The client of webhooks. The address is checked where the connection is made, and the connection goes to the address that was checked: a
/// name that answers differently the second time gains nothing. Redirects are not followed, and no proxy is asked.
/// </summary>
internal sealed class WebhookConnections : IDisposable
{
    private const int MaxAnswerHeadersKilobytes = 32;

    private readonly bool _allowPrivate;

    public WebhookConnections(IOptions<NotificationSettings> settings)
    {
        _allowPrivate = settings.Value.AllowPrivateAddresses;
        Client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            ConnectTimeout = settings.Value.WebhookTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = MaxAnswerHeadersKilobytes,
        })
        {
            // Each call has its own limit, by the app's clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>The client.</summary>
    public HttpClient Client { get; }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        var allowed = _allowPrivate ? addresses : Array.FindAll(addresses, PublicAddresses.Contains);
        if (allowed.Length == 0)
            throw new TaskValidationException(
                $"{host} is no address of the internet; webhooks go nowhere else (setting Notifications__AllowPrivateAddresses).");

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
