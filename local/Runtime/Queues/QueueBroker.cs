using System.Diagnostics.CodeAnalysis;
using Azure.Messaging.ServiceBus;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Queues;

/// <summary>
/// Queues with the semantics of Service Bus in the host's database. A task that completes means that the change is stored. Methods
/// throw a <see cref="ServiceBusException"/> for an unknown queue, a lost lock or a message over the limits.
/// </summary>
public sealed partial class QueueBroker : IAsyncDisposable
{
    private readonly SqliteStore _store;
    private readonly QueueTable _queues;
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<QueueBroker> _logger;
    private readonly BrokerClock _clock;
    private readonly Task _ready;

    internal QueueBroker(SqliteStore store, QueueOptions options, TimeProvider time, ILogger<QueueBroker> logger)
    {
        (_store, _options, _time, _logger) = (store, options, time, logger);
        _queues = new QueueTable(options.Queues);
        _clock = new BrokerClock(time, OnElapsed);
        _ready = store.MigrateAsync(QueueSchema.Component, QueueSchema.Steps);
    }

    /// <summary>The queues that it serves.</summary>
    public IEnumerable<QueueDefinition> Queues => _queues.All;

    /// <summary>Finds a queue by its name; case does not matter.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out QueueDefinition? queue) => _queues.TryFind(name, out queue);

    /// <summary>Looks at once for what became due while no host ran. Without it, the first operation does.</summary>
    internal Task StartAsync() => RunAsync(_ => true);

    /// <summary>Stops the clock. What is stored stays.</summary>
    public ValueTask DisposeAsync() => _clock.DisposeAsync();

    private async Task<T> RunAsync<T>(Func<BrokerWork, T> operation)
    {
        if (!_ready.IsCompletedSuccessfully) await _ready;
        BrokerWork? work = null;
        T result;
        try
        {
            result = await _store.WriteAsync(session =>
            {
                work = new BrokerWork(session, _clock.Now, _queues.FindStored);
                return Run(work, operation);
            });
        }
        catch (SqliteException)
        {
            // The commit may have failed after the operation ran.
            _clock.Forget();
            throw;
        }

        foreach (var entity in work!.Woken) _queues.Signal(entity).Set();
        _clock.Arm();
        return result;
    }

    private T Run<T>(BrokerWork work, Func<BrokerWork, T> operation)
    {
        try
        {
            if (_clock.IsDue(work.Now)) _clock.Set(Sweep.Run(work));
            var value = operation(work);
            _clock.Lower(work.NextDue);
            return value;
        }
        catch
        {
            // Rolled back, with the sweep before it.
            _clock.Forget();
            throw;
        }
    }

    private async void OnElapsed()
    {
        try
        {
            await RunAsync(_ => true);
        }
        catch (ObjectDisposedException)
        {
            // The store was closed while the timer fired: the next host sweeps at its start.
        }
#pragma warning disable CA1031 // Nobody waits for a timer, and no failure of it may end the host.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.HousekeepingFailed(e);
        }
    }
}
