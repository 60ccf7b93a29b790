using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>
/// Starts the files in <c>incoming</c> that nobody started: a listing, and a look-up for each file it has not seen before.
/// </summary>
public sealed class CsvReconciler(
    IncomingBlobs incoming, IncomingStarter starter, ReconciledBlobs known, IOptions<CsvSettings> settings, TimeProvider time)
{
    /// <summary>Runs every 30 seconds, unless <c>CsvReconcilerSchedule</c> says another.</summary>
    [Function(nameof(CsvReconciler))]
    public async Task RunAsync(
        [TimerTrigger("%CsvReconcilerSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var youngest = time.GetUtcNow() - settings.Value.ReconcileGrace;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in incoming.ListAsync(cancellationToken))
        {
            var key = ContentHash.Of(blob.Path, blob.ETag);
            if (!known.Contains(key))
            {
                if (blob.ModifiedAt > youngest) continue;
                await starter.StartAsync(client, blob, cancellationToken);
            }

            seen.Add(key);
        }

        known.Replace(seen);
    }
}
