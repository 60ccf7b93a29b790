using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

/// <summary>
/// Takes the messages of one queue and runs a function with each, some at once. Stopping takes no more and lets the running ones end.
/// </summary>
internal abstract class QueuePump : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Func<Delivery, CancellationToken, Task> _function;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly TimeProvider _time;
    private readonly AsyncSignal _changed = new();
    private Task _receiving = Task.CompletedTask;
    private Task _renewing = Task.CompletedTask;
    private int _consumers;
    private int _busy;

    protected QueuePump(
        QueueBroker broker, QueueDefinition queue, PumpOptions options, Func<Delivery, CancellationToken, Task> function, TimeProvider time,
        ILogger logger)
    {
        (Broker, Queue, Options, _function, _time, Logger) = (broker, queue, options, function, time, logger);
        _consumers = options.MaxConsumers;
        Renewer = new LockRenewer(broker, queue, options.MaxAutoLockRenewal, time, logger);
    }

    public QueueDefinition Queue { get; }

    public PumpOptions Options { get; }

    /// <summary>
    /// How many messages, or sessions, it takes at once; at least 1 and at most <see cref="PumpOptions.MaxConsumers"/>. Fewer takes effect
    /// as runs end.
    /// </summary>
    public int Consumers
    {
        get => Volatile.Read(ref _consumers);
        set
        {
            Volatile.Write(ref _consumers, Math.Clamp(value, 1, Options.MaxConsumers));
            _changed.Set();
        }
    }

    /// <summary>Messages, or sessions, that it works on now.</summary>
    public int Busy => Volatile.Read(ref _busy);

    protected QueueBroker Broker { get; }

    protected LockRenewer Renewer { get; }

    protected ILogger Logger { get; }

    public void Start()
    {
        _renewing = Renewer.RunAsync(_aborting.Token);
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>
    /// Takes no more messages and waits for the running functions. When the token is cancelled it cancels theirs and waits no more;
    /// a message that is not settled comes back when its lock ends.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _receiving;
        try
        {
            await WhenIdleAsync().WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Cancelled below, like the renewal.
        }

        await _aborting.CancelAsync();
        await _renewing;
    }

    private async Task WhenIdleAsync()
    {
        while (true)
        {
            var changed = _changed.Next;
            if (Busy == 0) return;
            await changed;
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        _stopping.Dispose();
        _aborting.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes work for at most some free consumers, waiting for the first, and starts each with <see cref="Occupy"/>.</summary>
    protected abstract Task TakeAsync(int free, CancellationToken cancellationToken);

    protected void Occupy(Func<CancellationToken, Task> work)
    {
        Interlocked.Increment(ref _busy);
        _ = Task.Run(async () =>
        {
            try
            {
                await work(_stopping.Token);
            }
#pragma warning disable CA1031 // One message's trouble must not end the others' consumer; it comes back when its lock ends.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Logger.ConsumerFailed(Queue.Name, e);
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
                _changed.Set();
            }
        });
    }

    /// <summary>Runs the function with a message and settles what it left.</summary>
    /// <returns>False when the message went back to the queue.</returns>
    protected async Task<bool> RunAsync(
        ServiceBusReceivedMessage message, SessionLock? session, ServiceBusSessionMessageActions? sessionActions)
    {
        var actions = new BrokerMessageActions(Broker, Queue.Name, message, session is not null);
        if (session is null) Renewer.Watch(message);
        try
        {
            await _function(new Delivery(message, actions, sessionActions), _aborting.Token);
            if (Options.AutoComplete && !actions.IsSettled) await Broker.CompleteAsync(message);
            return true;
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            Logger.LockLost(message.MessageId, Queue.Name);
            return false;
        }
#pragma warning disable CA1031 // Whatever a function throws means: deliver it again.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Who ran the function has logged why.
            Logger.GivenBack(message.MessageId, Queue.Name, message.DeliveryCount);
            if (!actions.IsSettled) await AbandonAsync(message);
            return false;
        }
        finally
        {
            Renewer.Forget(message);
        }
    }

    private async Task AbandonAsync(ServiceBusReceivedMessage message)
    {
        try
        {
            await Broker.AbandonAsync(message);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            Logger.LockLost(message.MessageId, Queue.Name);
        }
    }

    private async Task ReceiveAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var changed = _changed.Next;
                var free = Consumers - Busy;
                if (free > 0) await TakeAsync(free, _stopping.Token);
                else await changed.WaitAsync(_stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // A full disk may have room again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                Logger.ReceiveFailed(Queue.Name, e);
                await Task.Delay(PauseAfterFailure, _time, _stopping.Token)
                    .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
    }
}
