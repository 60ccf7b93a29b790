using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Serverless.Local.Sqlite;

namespace Serverless.Local.ServiceBus.Broker;

/// <summary>
/// Queues with the semantics of Service Bus in a database file. A task that completes means that the change is stored. Methods throw a
/// <see cref="BrokerException"/> for an unknown queue, a lost lock or whatever else they refuse.
/// </summary>
internal sealed partial class QueueBroker : IAsyncDisposable
{
    private const int SqliteFull = 13;

    private readonly SqliteStore _store;
    private readonly QueueTable _queues;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BrokerClock _clock;
    private readonly Task _ready;

    public QueueBroker(SqliteStore store, IEnumerable<QueueDefinition> queues, TimeProvider time, ILogger logger)
    {
        (_store, _time, _logger) = (store, time, logger);
        _queues = new QueueTable(queues);
        _clock = new BrokerClock(time, OnElapsed);
        _ready = MigrateAsync();
    }

    /// <summary>The queues that it serves.</summary>
    public QueueTable Queues => _queues;

    /// <summary>The lead of the clients' clocks over the broker's own: a lock's end reaches them as they measure time.</summary>
    public TimeSpan ClientsAhead => _time == TimeProvider.System ? TimeSpan.Zero : TimeProvider.System.GetUtcNow() - _time.GetUtcNow();

    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Looks at once for what became due while no broker ran. Without it, the first operation does.</summary>
    public Task StartAsync() => RunAsync(_ => true);

    /// <summary>Stops the clock. What is stored stays.</summary>
    public ValueTask DisposeAsync() => _clock.DisposeAsync();

    private async Task MigrateAsync()
    {
        await _store.MigrateAsync(QueueSchema.Component, QueueSchema.Steps);
        foreach (var (name, status, metadata, updated) in _store.Read(session => session.Query(
            "SELECT entity, status, metadata, updated FROM queue_status",
            row => (row.GetString(0), (QueueStatus)row.GetInt32(1), row.GetString(2), row.GetInt64(3)))))
        {
            _queues.SetStatus(name, status, metadata, updated);
        }
    }

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
        catch (SqliteException e)
        {
            // The commit may have failed after the operation ran.
            _clock.Forget();
            if (e.SqliteErrorCode != SqliteFull) throw;
            throw new BrokerException(BrokerFault.Full, "The disk that the broker writes to is full.", e);
        }

        foreach (var entity in work!.Woken) _queues.GetSignal(entity).Set();
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
            // The store was closed while the timer fired: the next broker sweeps at its start.
        }
#pragma warning disable CA1031 // Nobody waits for a timer, and no failure of it may end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _logger.HousekeepingFailed(e);
        }
    }
}
