namespace Serverless.Email.Jobs;

/// <summary>
/// A job's limit of messages a second, divided among its batches: each keeps to its share by itself, so that the limit holds over all
/// instances without anything that they would have to share.
/// </summary>
/// <param name="Parallel">Batches at once.</param>
/// <param name="Share">Messages a second of each; null for no limit.</param>
/// <param name="BatchSize">Recipients of a batch.</param>
internal sealed record MailRate(int Parallel, double? Share, int BatchSize)
{
    // More batches than this rate needs would only sit on the places of other work.
    private const double EasyForOneConnection = 10;

    // A batch should end well before its time limit.
    private const double MaxBatchSeconds = 300;

    /// <summary>Divides a limit.</summary>
    /// <param name="maxPerSecond">Messages a second; null for no limit.</param>
    /// <param name="maxParallel">Batches at once, at most.</param>
    /// <param name="batchSize">Recipients of a batch, at most.</param>
    public static MailRate Divide(double? maxPerSecond, int maxParallel, int batchSize)
    {
        if (maxPerSecond is not { } limit) return new MailRate(maxParallel, null, batchSize);
        var parallel = (int)Math.Clamp(Math.Ceiling(limit / EasyForOneConnection), 1, maxParallel);
        var share = limit / parallel;
        return new MailRate(parallel, share, (int)Math.Clamp(Math.Floor(share * MaxBatchSeconds), 1, batchSize));
    }
}
