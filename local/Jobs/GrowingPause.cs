namespace Serverless.Local.Jobs;

/// <summary>The pauses between two looks at something that takes a second or an hour: a twentieth of the time that it has taken.</summary>
internal sealed class GrowingPause(TimeProvider time)
{
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MaxPause = TimeSpan.FromMilliseconds(500);

    private readonly long _began = time.GetTimestamp();

    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(GetNext(), time, cancellationToken);

    /// <summary>The pause that is due now.</summary>
    public TimeSpan GetNext()
    {
        var due = time.GetElapsedTime(_began) / 20;
        return due < MinPause ? MinPause : due > MaxPause ? MaxPause : due;
    }
}
