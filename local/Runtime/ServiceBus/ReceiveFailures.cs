using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Hears what goes wrong around the runs of a queue's function, and slows down who tries again.</summary>
internal sealed class ReceiveFailures(string queue, ILogger logger) : IDisposable
{
    // On the machine's clock, as everything that waits inside the client.
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // A queue may be paused for days.
    private static readonly TimeSpan PausedLine = TimeSpan.FromMinutes(10);

    private readonly CancellationTokenSource _stopping = new();
    private long _lastLogged;

    /// <summary>Nobody waits any more.</summary>
    public void Stop() => _stopping.Cancel();

    public Task HandleAsync(ProcessErrorEventArgs failure) => failure.Exception switch
    {
        FunctionFailedException => Task.CompletedTask,
        ServiceBusException { Reason: ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.SessionLockLost } lost =>
            Say(() => logger.LockLost(queue, lost)),
        _ when failure.ErrorSource is ServiceBusErrorSource.Receive or ServiceBusErrorSource.AcceptSession => PauseAsync(failure.Exception),
        _ => Say(() => logger.SettleFailed(queue, failure.ErrorSource, failure.Exception)),
    };

    public void Dispose() => _stopping.Dispose();

    private static Task Say(Action log)
    {
        log();
        return Task.CompletedTask;
    }

    // Each of many loops fails alike; one line says it.
    private async Task PauseAsync(Exception exception)
    {
        var (now, last) = (Time.GetTimestamp(), Interlocked.Read(ref _lastLogged));
        var isPaused = exception is ServiceBusException { Reason: ServiceBusFailureReason.MessagingEntityDisabled };
        if ((last == 0 || Time.GetElapsedTime(last, now) >= (isPaused ? PausedLine : Pause))
            && Interlocked.CompareExchange(ref _lastLogged, now, last) == last)
        {
            if (isPaused) logger.QueuePaused(queue);
            else logger.ReceiveFailed(queue, exception);
        }

        await Task.Delay(Pause, Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
