using System.Collections.Concurrent;
using System.Security.Principal;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Sasl;
using Microsoft.Azure.Amqp.Transport;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Speaks AMQP 1.0 with whoever connects from this machine. Everybody may do everything, as with Microsoft's emulator.</summary>
internal sealed class AmqpServer : IAsyncDisposable
{
    private const uint MaxFrameBytes = 64 * 1024;

    // More than any test or developer opens; whoever opens connections without end gets no further.
    private const int MaxConnections = 1000;

    private static readonly TimeSpan OpenTimeout = TimeSpan.FromSeconds(60);
    private static readonly AmqpVersion Version = new(1, 0, 0);

    private readonly ConcurrentDictionary<AmqpConnection, bool> _connections = new();
    private readonly AmqpSettings _settings;
    private readonly AmqpTransportListener _listener;
    private readonly TimeSpan _idleTimeout;
    private readonly ILogger _logger;

    public AmqpServer(LoopbackPort loopback, IRuntimeProvider runtime, TimeSpan idleTimeout, ILogger logger)
    {
        (_idleTimeout, _logger) = (idleTimeout, logger);
        _settings = new AmqpSettings { RuntimeProvider = runtime };
        var sasl = new SaslTransportProvider { Versions = { Version } };
        sasl.AddHandler(new SaslAnonymousHandler("MSSBCBS"));
        sasl.AddHandler(new SaslAnonymousHandler());
        sasl.AddHandler(new SaslPlainHandler(new Everybody()));
        _settings.TransportProviders.Add(sasl);
        _settings.TransportProviders.Add(new AmqpTransportProvider { Versions = { Version } });
        _listener = new AmqpTransportListener(loopback.CreateListeners(), _settings);
    }

    public void Start()
    {
        _listener.Open();
        _listener.Listen(OnAccepted);
    }

    /// <summary>Closes the connections as a service that shuts down does: clients connect again when it is back.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await Task.WhenAll(_connections.Keys.Select(CloseAsync));
    }

    private async Task CloseAsync(AmqpConnection connection)
    {
        try
        {
            await connection.CloseAsync(TimeSpan.FromSeconds(1));
        }
        catch (Exception e)
            when (e is AmqpException or TimeoutException or IOException or OperationCanceledException or InvalidOperationException)
        {
            connection.Abort();
        }
    }

    private void OnAccepted(TransportListener listener, TransportAsyncCallbackArgs args)
    {
        AmqpConnection? connection = null;
        try
        {
            if (_connections.Count >= MaxConnections) throw new InvalidOperationException("there are too many already.");
            var settings = new AmqpConnectionSettings
            {
                ContainerId = "serverless",
                MaxFrameSize = MaxFrameBytes,
                IdleTimeOut = (uint)_idleTimeout.TotalMilliseconds,
            };
            connection = new AmqpConnection(args.Transport, (ProtocolHeader)args.UserToken, false, _settings, settings);
            _ = OpenAsync(connection);
        }
#pragma warning disable CA1031 // Whatever a client sends is its own trouble.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.ConnectionFailed(e.Message);
            if (connection is null) args.Transport.Abort();
            else connection.Abort();
        }
    }

    private async Task OpenAsync(AmqpConnection connection)
    {
        try
        {
            connection.Closed += (_, _) => _connections.TryRemove(connection, out bool _);
            _connections[connection] = true;
            await connection.OpenAsync(OpenTimeout);
        }
#pragma warning disable CA1031 // Whatever a client sends is its own trouble.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.ConnectionFailed(e.Message);
            connection.Abort();
            _connections.TryRemove(connection, out _);
        }
    }

    private sealed class Everybody : ISaslPlainAuthenticator
    {
        public Task<IPrincipal> AuthenticateAsync(string identity, string password) =>
            Task.FromResult<IPrincipal>(new GenericPrincipal(new GenericIdentity(identity), null));
    }
}
