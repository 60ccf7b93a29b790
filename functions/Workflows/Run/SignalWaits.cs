using Microsoft.DurableTask;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// Waits for signals inside an orchestrator: events with the payload. The engine keeps one that comes before it is waited for; one that
/// comes again, when nobody waits any more, changes nothing.
/// </summary>
internal sealed class SignalWaits(TaskOrchestrationContext context)
{
    // Each is an event in the history, which is read anew with every step.
    private const int MaxPassedOver = 1_000;

    /// <summary>The event that a signal travels as.</summary>
    public static string BuildEventName(string signal) => "signal-" + signal;

    /// <summary>Waits for a signal whose payload is accepted.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="until">When to stop waiting; null waits for as long as the run lasts.</param>
    /// <param name="acceptsAsync">Says whether the payload meets the condition.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>The payload; null when the time is up.</returns>
    /// <exception cref="StepFailedException">Too many signals did not meet the condition.</exception>
    public async Task<StoredValue?> WaitAsync(string signal, DateTime? until, Func<StoredValue, Task<bool>> acceptsAsync, StopSignal stop)
    {
        using var over = new CancellationTokenSource();
        var timeUp = until is { } moment ? context.CreateTimer(moment, over.Token) : new TaskCompletionSource().Task;
        try
        {
            for (var passedOver = 0; passedOver < MaxPassedOver; passedOver++)
            {
                var told = context.WaitForExternalEvent<StoredValue>(BuildEventName(signal));
                await Task.WhenAny(told, timeUp, stop.Stopped);
                if (!told.IsCompleted)
                {
                    stop.ThrowIfStopped();
                    return null;
                }

                var payload = await told;
                if (await acceptsAsync(payload)) return payload;
            }
        }
        finally
        {
#pragma warning disable CA1849 // Synchronously: it must not leave the orchestrator's thread.
            if (!timeUp.IsCompleted) over.Cancel();
#pragma warning restore CA1849
        }

        throw new StepFailedException(
            new StepError("Signals", $"{MaxPassedOver} signals '{signal}' did not meet the condition; no more are looked at."));
    }
}
