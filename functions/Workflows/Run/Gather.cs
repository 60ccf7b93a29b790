namespace Serverless.Workflows.Run;

/// <summary>Waits for work that runs side by side, until all of it has ended or too much of it has failed.</summary>
internal static class Gather
{
    /// <summary>The outcome of each piece, in order.</summary>
    /// <param name="work">The pieces; a failure is a <see cref="StepFailedException"/>.</param>
    /// <param name="tolerated">How many may fail.</param>
    /// <param name="stop">What stops the pieces; stopped by this when too many have failed.</param>
    /// <exception cref="StepFailedException">Too many failed: the failure that was one too many.</exception>
    /// <exception cref="RunStoppedException">They were stopped.</exception>
    public static async Task<IReadOnlyList<Settled<T>>> WaitAllAsync<T>(IReadOnlyList<Task<T>> work, long tolerated, StopSignal stop)
    {
        var settled = new Settled<T>[work.Count];
        var end = new TaskCompletionSource();
        var (left, failed) = (work.Count, 0);
        if (left == 0) return settled;

        for (var i = 0; i < work.Count; i++) _ = SettleAsync(i);
        await Task.WhenAny(end.Task, stop.Stopped);
        if (!end.Task.IsCompleted) throw new RunStoppedException(stop.Stopped.Result);
        if (end.Task.IsFaulted) stop.Stop("Too much beside it failed.");
        await end.Task;
        return settled;

        // One continuation each: waiting for any of the rest again and again would be quadratic, in every replay.
        async Task SettleAsync(int i)
        {
            try
            {
                settled[i] = new Settled<T>(await work[i], null);
            }
            catch (StepFailedException e)
            {
                settled[i] = new Settled<T>(default, e.Error);
                if (++failed > tolerated) end.TrySetException(e);
            }
#pragma warning disable CA1031 // It is thrown where the end is awaited.
            catch (Exception e)
#pragma warning restore CA1031
            {
                end.TrySetException(e);
            }

            if (--left == 0) end.TrySetResult();
        }
    }
}

/// <summary>A value, or why there is none.</summary>
internal readonly record struct Settled<T>(T? Value, StepError? Error);
