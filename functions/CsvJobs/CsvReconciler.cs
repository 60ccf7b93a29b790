using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Store;
using Serverless.Storage;
using Serverless.Timers;

namespace Serverless.CsvJobs;

/// <summary>
/// Starts the files in <c>incoming</c> that nobody started: a listing, and a look-up for each file that came since the last run which went
/// through. What it costs follows what is new, not what lies there.
/// </summary>
internal sealed class CsvReconciler(
    IncomingBlobs incoming, IncomingStarter starter, ReconciledBlobs known, CsvJobStore store, IOptions<CsvSettings> settings,
    TimeProvider time)
    : ITimedWork
{
    // Storage's clock says when a file came, this host's when it looked.
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public string Name => "CsvReconciler";

    /// <summary>Runs as <c>CsvReconcilerSchedule</c> says: each 30 seconds, and each hour where events announce the files.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var youngest = now - settings.Value.ReconcileGrace;

        // A time to come was noted by a clock that was wrong: then everything is looked at.
        var since = await store.FindReconciledAsync(cancellationToken) is { } noted && noted < now ? noted : DateTimeOffset.MinValue;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in incoming.ListAsync(cancellationToken))
        {
            if (blob.ModifiedAt < since) continue;
            var key = ContentHash.Of(blob.Path, blob.ETag);
            if (!known.Contains(key))
            {
                if (blob.ModifiedAt > youngest) continue;
                await starter.StartAsync(run.Client, blob, cancellationToken);
            }

            seen.Add(key);
        }

        known.Replace(seen);

        // Only now: a run that fails half-way leaves the next one all of its files.
        await store.SaveReconciledAsync(youngest - Overlap, cancellationToken);
    }
}
