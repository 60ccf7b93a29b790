using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transaction;
using Microsoft.Azure.Amqp.Transport;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Opens the links that clients ask for: to entities, to their <c>$management</c>, and to <c>$cbs</c>.</summary>
internal sealed class LinkFactory(QueueBroker broker, int maxMessageBytes, ILogger logger) : IRuntimeProvider
{
    private const string Cbs = "$cbs";
    private const string ManagementSuffix = "/$management";

    // Messages that a sender may have on the way: enough to keep it busy, and a bound to what the broker holds in memory.
    private const uint SenderCredit = 200;

    private static readonly AmqpSymbol MaxBatchSize = "com.microsoft:max-message-batch-size";

    private readonly ReplyLinks _replies = new();
    private readonly SessionRegistry _sessions = new();

    public AmqpConnection CreateConnection(
        TransportBase transport, ProtocolHeader protocolHeader, bool isInitiator, AmqpSettings amqpSettings,
        AmqpConnectionSettings connectionSettings) =>
        new(transport, protocolHeader, isInitiator, amqpSettings, connectionSettings);

    public AmqpSession CreateSession(AmqpConnection connection, AmqpSessionSettings settings) => throw new NotSupportedException();

    public AmqpLink CreateLink(AmqpSession session, AmqpLinkSettings settings)
    {
        if (settings.Target is Coordinator)
        {
            throw new AmqpException(AmqpErrorCode.NotImplemented, "This broker has no transactions.");
        }

        // What goes out may be larger than what came in: a message gets annotations on its way, an answer has many of them.
        if (settings.Role != true) return new SendingAmqpLink(session, settings);

        settings.MaxMessageSize = (ulong)maxMessageBytes;
        settings.TotalLinkCredit = SenderCredit;
        settings.AutoSendFlow = true;
        settings.Properties ??= new Fields();
        settings.Properties[MaxBatchSize] = (ulong)maxMessageBytes;
        return new ReceivingAmqpLink(session, settings);
    }

    public IAsyncResult BeginOpenLink(AmqpLink link, TimeSpan timeout, AsyncCallback callback, object state) =>
        TaskToAsyncResult.Begin(OpenAsync(link), callback, state);

    public void EndOpenLink(IAsyncResult result) => TaskToAsyncResult.End(result);

    private async Task OpenAsync(AmqpLink link)
    {
        try
        {
            var address = Address(link);
            if (link is ReceivingAmqpLink incoming) OpenIncoming(incoming, address);
            else await OpenOutgoingAsync((SendingAmqpLink)link, address);
        }
        catch (BrokerException refusal)
        {
            throw refusal.ToAmqp();
        }
    }

    private void OpenIncoming(ReceivingAmqpLink link, string address)
    {
        if (IsCbs(address)) _ = new RequestLink(link, _replies, new CbsNode(), logger);
        else if (IsManagement(address))
            _ = new RequestLink(link, _replies, new ManagementNode(broker, _sessions, Entity(address), maxMessageBytes), logger);
        else _ = new SenderEndpoint(broker, broker.Queues.Normalize(address), link, maxMessageBytes, logger);
    }

    private async Task OpenOutgoingAsync(SendingAmqpLink link, string address)
    {
        if (IsCbs(address) || IsManagement(address))
        {
            if (IsManagement(address)) broker.Queues.Find(Entity(address));
            _replies.Add(link);
            return;
        }

        if (!SessionFilter.TryRead(link, out var session))
        {
            new ReceiverEndpoint(broker, broker.FindReceivable(address), link, logger).Start();
            return;
        }

        var held = await SessionAcceptance.RunAsync(broker, link, broker.WithSessions(address), session);
        SessionFilter.Answer(link, held, broker.ClientsAhead);
        new SessionReceiverEndpoint(broker, _sessions, held, link, logger).Start();
    }

    private static bool IsCbs(string address) => address.Equals(Cbs, StringComparison.OrdinalIgnoreCase);

    private static bool IsManagement(string address) => address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase);

    private static string Entity(string address) => address[..^ManagementSuffix.Length];

    // Some clients give the whole address of the entity, others its path.
    private static string Address(AmqpLink link)
    {
        var address = (link.IsReceiver ? (link.Settings.Target as Target)?.Address : (link.Settings.Source as Source)?.Address)?.ToString();
        if (string.IsNullOrEmpty(address)) throw new AmqpException(AmqpErrorCode.InvalidField, "The link has no address.");
        return (Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.AbsolutePath : address).Trim('/');
    }
}
