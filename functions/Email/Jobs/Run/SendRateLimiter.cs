namespace Serverless.Email.Jobs.Run;

/// <summary>Spaces messages. Time that was lost is not made up for, so that no moment sees more than the rate.</summary>
/// <param name="perSecond">Messages a second; null for no limit.</param>
/// <param name="time">The clock.</param>
internal sealed class SendRateLimiter(double? perSecond, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits for the next message's time. The first waits too: the batch before has just sent its last.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (perSecond is not { } rate) return Task.CompletedTask;
        var now = time.GetElapsedTime(_start);
        var due = _next + TimeSpan.FromSeconds(1 / rate);
        _next = due > now ? due : now;
        return _next > now ? Task.Delay(_next - now, time, cancellationToken) : Task.CompletedTask;
    }
}
