using System.Collections.Concurrent;
using System.Diagnostics;

namespace Serverless.TestSupport.Scale;

/// <summary>
/// Counts what this process asks of Service Bus: each message that is sent, taken or settled. The client tells it to whoever listens,
/// however late they come; its activities it tells to those alone who asked for them before its first use.
/// </summary>
internal sealed class BrokerOperations : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private static readonly HashSet<string> Charged = new(StringComparer.Ordinal)
    {
        "ServiceBusSender.Send.Stop", "ServiceBusSender.Schedule.Stop", "ServiceBusProcessor.ProcessMessage.Stop",
        "ServiceBusReceiver.Complete.Stop",
    };

    private readonly ConcurrentBag<IDisposable> _subscriptions = [];
    private long _count;

    public BrokerOperations() => _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));

    /// <summary>The count so far.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Azure.Messaging.ServiceBus") _subscriptions.Add(value.Subscribe(this));
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (Charged.Contains(value.Key)) Interlocked.Increment(ref _count);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void Dispose()
    {
        foreach (var subscription in _subscriptions) subscription.Dispose();
    }
}
