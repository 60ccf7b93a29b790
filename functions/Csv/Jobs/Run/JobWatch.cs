using Serverless.Csv.Jobs.Store;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Cancels a range's work when it takes too long, or when its job has ended without it.</summary>
internal sealed class JobWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _timeLimit;
    private readonly CancellationTokenSource _jobEnded = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _any;
    private readonly Task _polling;

    public JobWatch(CsvJobStore store, string jobId, CsvSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        _timeLimit = new CancellationTokenSource(settings.RangeTimeLimit, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeLimit.Token, _jobEnded.Token, cancellationToken);
        _polling = PollAsync(store, jobId, new PeriodicTimer(settings.CancelPoll, clock));
    }

    /// <summary>Cancelled when the work is to stop.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Does a range's work under a watch.</summary>
    /// <exception cref="TimeoutException">It took too long: a smaller range may not.</exception>
    /// <exception cref="CsvJobException">The job has ended.</exception>
    public static async Task<T> RunAsync<T>(
        CsvJobStore store, string jobId, CsvSettings settings, TimeProvider clock, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var watch = new JobWatch(store, jobId, settings, clock, cancellationToken);
        try
        {
            return await work(watch.Token);
        }
        catch (OperationCanceledException e)
        {
            throw watch.Explain(e, settings.RangeTimeLimit);
        }
    }

    /// <summary>Says why the work was stopped, in the words that decide what follows.</summary>
    private Exception Explain(OperationCanceledException stopped, TimeSpan limit)
    {
        if (_jobEnded.IsCancellationRequested) return new CsvJobException("The job was cancelled or has failed meanwhile.", stopped);
        if (_timeLimit.IsCancellationRequested) return new TimeoutException($"It did not end within {limit} (setting Csv__RangeTimeLimit).", stopped);
        return stopped;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _any.Dispose();
        _timeLimit.Dispose();
        _jobEnded.Dispose();
        _stopped.Dispose();
    }

    private async Task PollAsync(CsvJobStore store, string jobId, PeriodicTimer timer)
    {
        using (timer)
        {
            while (await timer.WaitForNextTickAsync(_stopped.Token))
            {
                var job = await store.FindAsync(jobId, _stopped.Token);
                if (job is not null && !CsvJobTransitions.IsFinal(job.GetState())) continue;
                await _jobEnded.CancelAsync();
                return;
            }
        }
    }
}
