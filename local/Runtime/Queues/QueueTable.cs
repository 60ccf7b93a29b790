using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

/// <summary>The queues by name, with a signal each for those who wait for messages.</summary>
internal sealed class QueueTable(IEnumerable<QueueDefinition> queues)
{
    private readonly FrozenDictionary<string, QueueDefinition> _queues = queues.ToFrozenDictionary(
        q => q.Name, StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, AsyncSignal> _signals = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<QueueDefinition> All => _queues.Values;

    /// <exception cref="ServiceBusException">There is no such queue.</exception>
    public QueueDefinition Find(string path) => _queues.TryGetValue(EntityPath.QueueOf(path), out var queue)
        ? queue
        : throw new ServiceBusException(
            $"There is no queue '{EntityPath.QueueOf(path)}'. Known: {string.Join(", ", _queues.Keys.Order(StringComparer.Ordinal))}.",
            ServiceBusFailureReason.MessagingEntityNotFound, path);

    public bool TryFind(string name, [NotNullWhen(true)] out QueueDefinition? queue) => _queues.TryGetValue(name, out queue);

    /// <summary>The path as it is stored.</summary>
    public string Canonical(string path)
    {
        var name = Find(path).Name;
        return EntityPath.IsDeadLetters(path) ? EntityPath.DeadLetters(name) : name;
    }

    /// <summary>For stored messages: what a queue that is no longer listed holds is kept for the day it comes back.</summary>
    public QueueDefinition FindStored(string entity) => _queues.TryGetValue(EntityPath.QueueOf(entity), out var queue)
        ? queue
        : new QueueDefinition(EntityPath.QueueOf(entity)) { DeadLetterOnExpiration = true };

    public AsyncSignal Signal(string entity) => _signals.GetOrAdd(entity, _ => new AsyncSignal());
}
