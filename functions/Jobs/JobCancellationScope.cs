using Azure;

namespace Serverless.Jobs;

/// <summary>Cancels a part of a job when it takes too long, or when the job has ended without it.</summary>
internal sealed class JobCancellationScope : IAsyncDisposable
{
    private readonly CancellationTokenSource _timeLimit;
    private readonly CancellationTokenSource _jobEnded = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _any;
    private readonly Task _polling;

    /// <param name="isRunning">Looks whether the job still runs.</param>
    /// <param name="limit">How long the part may take.</param>
    /// <param name="poll">How often it is looked, the first time at once.</param>
    /// <param name="time">Measures both.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public JobCancellationScope(
        Func<CancellationToken, Task<bool>> isRunning, TimeSpan limit, TimeSpan poll, TimeProvider time,
        CancellationToken cancellationToken)
    {
        _timeLimit = new CancellationTokenSource(limit, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeLimit.Token, _jobEnded.Token, cancellationToken);
        _polling = PollAsync(isRunning, new PeriodicTimer(poll, time));
    }

    /// <summary>Cancelled when the part is to stop.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>The job has ended.</summary>
    public bool JobEnded => _jobEnded.IsCancellationRequested;

    /// <summary>The part's time is up.</summary>
    public bool TimedOut => _timeLimit.IsCancellationRequested;

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _any.Dispose();
        _timeLimit.Dispose();
        _jobEnded.Dispose();
        _stopped.Dispose();
    }

    private async Task PollAsync(Func<CancellationToken, Task<bool>> isRunning, PeriodicTimer timer)
    {
        using var owned = timer;
        do
        {
            try
            {
                if (await isRunning(_stopped.Token)) continue;
                await _jobEnded.CancelAsync();
                return;
            }
            catch (RequestFailedException)
            {
                // Storage does not answer now: the next look asks again, and the part's own requests fail loudly.
            }
        }
        while (await timer.WaitForNextTickAsync(_stopped.Token));
    }
}
