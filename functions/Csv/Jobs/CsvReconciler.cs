using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Csv.Jobs.Door;
using Serverless.Csv.Jobs.Store;

namespace Serverless.Csv.Jobs;

/// <summary>Starts the files in <c>incoming</c> that nobody started: a listing, and a look-up for each file it has not seen before.</summary>
public sealed class CsvReconciler(
    IncomingBlobs incoming, CsvJobStore store, SchemaSource schemas, CsvJobStarter starter, ReconciledBlobs known,
    IOptions<CsvSettings> settings, TimeProvider clock, ILogger<CsvReconciler> logger)
{
    /// <summary>Runs every 30 seconds.</summary>
    [Function(nameof(CsvReconciler))]
    public async Task RunAsync(
        [TimerTrigger("*/30 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var youngest = clock.GetUtcNow() - settings.Value.ReconcileGrace;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var blob in incoming.ListAsync(cancellationToken))
        {
            var key = CsvJobId.Hash(blob.Path, blob.ETag);
            if (!known.Contains(key))
            {
                if (blob.ModifiedAt > youngest) continue;
                if (!await store.HasJobAsync(blob.Path, blob.ETag, cancellationToken)) await StartAsync(client, blob, cancellationToken);
            }

            seen.Add(key);
        }

        known.Replace(seen);
    }

    private async Task StartAsync(DurableTaskClient client, IncomingBlob blob, CancellationToken cancellationToken)
    {
        var faults = new Faults();
        var json = IncomingBlobs.ParseOptions(blob.Options);
        if (json is null) faults.Add("csvoptions", "Must be a JSON object.");
        if (!BlobName.TryParse($"incoming/{blob.Path}", ["incoming"], out _, out var fault)) faults.Add("path", fault);
        var asked = CsvRequestReader.Read(json ?? [], settings.Value, blobIsGiven: true, faults);
        var schema = await schemas.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any)
        {
            Logs.OptionsRefused(logger, string.Join(' ', faults.ToErrors().SelectMany(f => f.Value)));
            return;
        }

        var options = asked.Options with { SchemaHash = schema?.Hash };
        var id = await starter.StartAsync(client, blob.Path, blob.ETag, options, schema?.Json, force: false, cancellationToken);
        Logs.JobReconciled(logger, id);
    }
}
