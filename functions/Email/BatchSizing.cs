using Serverless.Jobs;

namespace Serverless.Email;

/// <summary>Chooses the number of recipients in a batch when the request does not say.</summary>
internal static class BatchSizing
{
    // Below, starting an activity and opening a connection outweigh the sending; the most is what a request may ask for.
    private const int MinBatch = 10;
    private const int MaxBatch = 1_000;

    /// <summary>
    /// As many as are sent in <see cref="TaskOptimizer.Target"/>, 10 to 1,000; the setting's number as long as no sending was measured.
    /// </summary>
    /// <param name="speed">What one connection was measured to send.</param>
    /// <param name="settings">The app's settings.</param>
    public static int Choose(Speed? speed, EmailSettings settings) =>
        speed is null ? settings.BatchSize : (int)Math.Max(MinBatch, TaskOptimizer.ChooseChunkSize(MaxBatch, speed));
}
