using Azure;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs.Run;

/// <summary>Tells a batch between two messages whether to go on: its job may have ended, its time may be up, the host may stop.</summary>
internal sealed class MailWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _timeLimit;
    private readonly CancellationTokenSource _jobEnded = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationTokenSource _any;
    private readonly Task _polling;

    public MailWatch(MailJobStore store, string jobId, EmailSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        _timeLimit = new CancellationTokenSource(settings.BatchTimeLimit, clock);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_timeLimit.Token, _jobEnded.Token, cancellationToken);
        _polling = PollAsync(store, jobId, new PeriodicTimer(settings.CancelPoll, clock));
    }

    /// <summary>Cancelled when the batch is to stop.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Why it is to stop; none while it is not, or when the host is why.</summary>
    public BatchStop Stop => _jobEnded.IsCancellationRequested ? BatchStop.JobEnded : _timeLimit.IsCancellationRequested ? BatchStop.Unfinished : BatchStop.None;

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        await _polling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _any.Dispose();
        _timeLimit.Dispose();
        _jobEnded.Dispose();
        _stopped.Dispose();
    }

    private async Task PollAsync(MailJobStore store, string jobId, PeriodicTimer timer)
    {
        using var owned = timer;
        do
        {
            try
            {
                var job = await store.FindAsync(jobId, _stopped.Token);
                if (job is not null && job.GetState() == MailJobState.Running) continue;
                await _jobEnded.CancelAsync();
                return;
            }
            catch (RequestFailedException)
            {
                // Storage does not answer now: the next poll asks again, and the batch's own writes fail loudly.
            }
        }
        while (await timer.WaitForNextTickAsync(_stopped.Token));
    }
}
