using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Renews the locks of what runs, all of a queue together, as long as the trigger allows.</summary>
internal sealed class LockRenewer(QueueBroker broker, QueueDefinition queue, TimeSpan maxRenewal, TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<object, long> _started = new(ReferenceEqualityComparer.Instance);

    /// <summary>Watches a message or a <see cref="SessionLock"/> until <see cref="Forget"/>.</summary>
    public void Watch(object locked) => _started[locked] = time.GetTimestamp();

    public void Forget(object locked) => _started.TryRemove(locked, out _);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Twice before a lock ends, so that one late tick loses none.
        using var timer = new PeriodicTimer(queue.LockDuration / 3, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken)) await RenewAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            var due = _started.Where(s => time.GetElapsedTime(s.Value) < maxRenewal).Select(s => s.Key).ToList();
            if (due.OfType<ServiceBusReceivedMessage>().ToList() is { Count: > 0 } messages)
            {
                foreach (var lost in await broker.RenewAsync(queue.Name, messages)) Lost(lost, lost.MessageId);
            }

            foreach (var session in due.OfType<SessionLock>()) await RenewAsync(session);
        }
#pragma warning disable CA1031 // Whatever failed, the next tick tries again.
        catch (Exception e)
#pragma warning restore CA1031
        {
            logger.RenewalFailed(queue.Name, e);
        }
    }

    private async Task RenewAsync(SessionLock session)
    {
        try
        {
            await broker.RenewAsync(session);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.SessionLockLost)
        {
            Lost(session, session.Id);
        }
    }

    private void Lost(object locked, string id)
    {
        // One that was settled since the list was made has no lock, and needs none.
        if (_started.TryRemove(locked, out _)) logger.LockLost(id, queue.Name);
    }
}
