using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The queues by name, with their status and a signal each for those who wait for messages.</summary>
internal sealed class QueueTable(IEnumerable<QueueDefinition> queues)
{
    private readonly FrozenDictionary<string, QueueDefinition> _queues = queues.ToFrozenDictionary(
        q => q.Name, StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, (QueueStatus Status, string Metadata, long Updated)> _status =
        new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, AsyncSignal> _signals = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<QueueDefinition> All => _queues.Values.OrderBy(q => q.Name, StringComparer.Ordinal);

    /// <exception cref="BrokerException">There is no such queue.</exception>
    public QueueDefinition Find(string path) => TryFind(EntityPath.QueueOf(path), out var queue)
        ? queue
        : throw new BrokerException(
            BrokerFault.EntityNotFound,
            $"There is no queue '{EntityPath.QueueOf(path)}'. Known: {string.Join(", ", All.Select(q => q.Name))}.");

    public bool TryFind(string name, [NotNullWhen(true)] out QueueDefinition? queue) => _queues.TryGetValue(name, out queue);

    /// <summary>The path as it is stored.</summary>
    public string Normalize(string path)
    {
        var name = Find(path).Name;
        return EntityPath.IsDeadLetters(path) ? EntityPath.DeadLetters(name) : name;
    }

    /// <summary>For stored messages: what a queue that is no longer listed holds is kept for the day it comes back.</summary>
    public QueueDefinition FindStored(string entity) => _queues.TryGetValue(EntityPath.QueueOf(entity), out var queue)
        ? queue
        : new QueueDefinition(EntityPath.QueueOf(entity)) { DeadLetterOnExpiration = true };

    public AsyncSignal GetSignal(string entity) => _signals.GetOrAdd(entity, _ => new AsyncSignal());

    public QueueStatus GetStatus(string path) => _status.GetValueOrDefault(EntityPath.QueueOf(path)).Status;

    /// <summary>The note that its users keep of it; Service Bus makes nothing of that.</summary>
    public string GetMetadata(string name) => _status.GetValueOrDefault(name).Metadata ?? "";

    /// <summary>When its status or that note was last set, in UTC ticks; 0 for never.</summary>
    public long GetUpdated(string name) => _status.GetValueOrDefault(name).Updated;

    public void SetStatus(string name, QueueStatus status, string metadata, long updated) => _status[name] = (status, metadata, updated);

    /// <exception cref="BrokerException">The queue's status forbids it.</exception>
    public void CheckSend(string path)
    {
        if (GetStatus(path) is QueueStatus.Disabled or QueueStatus.SendDisabled) throw Disabled(path, "takes no messages");
    }

    /// <inheritdoc cref="CheckSend"/>
    public void CheckReceive(string path)
    {
        if (GetStatus(path) is QueueStatus.Disabled or QueueStatus.ReceiveDisabled) throw Disabled(path, "gives no messages out");
    }

    private BrokerException Disabled(string path, string what) =>
        new(BrokerFault.EntityDisabled, $"The queue '{EntityPath.QueueOf(path)}' {what}: its status is {GetStatus(path)}.");
}
