using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Tasks.Running;

/// <summary>
/// Ends a run that has not reported for its handler's heartbeat: its token is cancelled, and when it does not heed that either, it is left
/// behind, so that one that hangs holds nobody up.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    /// <summary>The time that a handler may take to heed its token.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly CancellationToken _outer;
    private readonly CancellationTokenSource _silent = new();
    private readonly CancellationTokenSource _either;
    private readonly TaskCompletionSource _leftBehind = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _timer;
    private long _last;

    private Heartbeat(TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        (_interval, _time, _last, _outer) = (interval, time, time.GetTimestamp(), cancellationToken);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silent.Token);
        _timer = time.CreateTimer(_ => Look(), null, interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Null for a handler that need not report.</summary>
    public static Heartbeat? Of(TaskDefinition definition, TimeProvider time, CancellationToken cancellationToken) =>
        definition.Attribute.HeartbeatSeconds is var seconds and > 0
            ? new Heartbeat(TimeSpan.FromSeconds(seconds), time, cancellationToken) : null;

    /// <summary>Calls a handler that runs without a message, for as long as it reports where it has to.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="scope">The run's services; one that may be left behind gets its own.</param>
    /// <param name="time">The clock.</param>
    /// <param name="call">Calls the handler with its services, its heartbeat where it has one, and its token.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="TimeoutException">It did not report in time.</exception>
    public static async Task<byte[]> RunAsync(
        TaskDefinition definition, IServiceProvider scope, TimeProvider time,
        Func<IServiceProvider, Heartbeat?, CancellationToken, Task<byte[]>> call, CancellationToken cancellationToken)
    {
        using var heartbeat = Of(definition, time, cancellationToken);
        if (heartbeat is null) return await call(scope, null, cancellationToken);
        return await heartbeat.RunAsync(async () =>
        {
            await using var own = scope.CreateAsyncScope();
            return await call(own.ServiceProvider, heartbeat, heartbeat.Token);
        });
    }

    /// <summary>Cancelled when the run must end, or has been silent for too long.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>The handler reported; costs one write to memory, however often it does.</summary>
    public void Beat() => Volatile.Write(ref _last, _time.GetTimestamp());

    /// <summary>Runs the handler for as long as it reports.</summary>
    /// <exception cref="TimeoutException">It did not report in time.</exception>
    public async Task<byte[]> RunAsync(Func<Task<byte[]>> handler)
    {
        Beat();

        // One that blocks its thread can be left behind, too.
        var run = Task.Run(handler);
        if (await Task.WhenAny(run, _leftBehind.Task) != run)
        {
            // Nobody waits for it any more, and what it throws now says nothing new.
            _ = run.ContinueWith(left => left.Exception, TaskScheduler.Default);
            throw Silence(null);
        }

        try
        {
            return await run;
        }
        catch (OperationCanceledException e) when (_silent.IsCancellationRequested && !_outer.IsCancellationRequested)
        {
            throw Silence(e);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _either.Dispose();
        _silent.Dispose();
    }

    private void Look()
    {
        try
        {
            var left = _interval - _time.GetElapsedTime(Volatile.Read(ref _last));
            if (_silent.IsCancellationRequested)
            {
                _leftBehind.TrySetResult();
            }
            else if (left > TimeSpan.Zero)
            {
                _timer.Change(left, Timeout.InfiniteTimeSpan);
            }
            else
            {
                _timer.Change(Grace, Timeout.InfiniteTimeSpan);

                // What a handler does when it is told to stop may fail: that is no failure of the timer, which would end the process.
                _ = _silent.CancelAsync();
            }
        }
        catch (ObjectDisposedException)
        {
            // The run ended just now.
        }
    }

    private TimeoutException Silence(Exception? inner) =>
        new(string.Create(CultureInfo.InvariantCulture, $"The run did not report for {_interval.TotalSeconds:0} s."), inner);
}
