using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>The links on which clients take answers, by connection and the address that they gave them.</summary>
internal sealed class ReplyLinks
{
    private readonly ConcurrentDictionary<(AmqpConnection Connection, string Address), SendingAmqpLink> _links = new();

    public void Add(SendingAmqpLink link)
    {
        if ((link.Settings.Target as Target)?.Address?.ToString() is not { Length: > 0 } address) return;
        var key = (link.Session.Connection, address);
        _links[key] = link;
        link.Closed += (_, _) => _links.TryRemove(KeyValuePair.Create(key, link));
    }

    public bool TryFind(AmqpConnection connection, string address, [NotNullWhen(true)] out SendingAmqpLink? link) =>
        _links.TryGetValue((connection, address), out link);
}
