using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Finishing;
using Serverless.CsvJobs.Requests;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>Starts the job of a file that was dropped, with the options that its upload brought, unless it has one.</summary>
internal sealed class IncomingStarter(
    CsvJobStore store, RequestCheck checks, CsvJobStarter starter, IOptions<CsvSettings> settings, ILogger<IncomingStarter> logger)
{
    /// <summary>
    /// Does nothing for a file that has a job, or waits to be one of many; one whose options are not valid is left alone, with a warning.
    /// </summary>
    public async Task StartAsync(DurableTaskClient client, IncomingBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Path.StartsWith(settings.Value.SetsFolder + "/", StringComparison.Ordinal)) return;
        if (await store.HasJobAsync(blob.Path, blob.ETag, cancellationToken)) return;
        var faults = new ValidationErrors();
        var json = IncomingBlobs.ParseOptions(blob.Options);
        if (json is null) faults.Add("csvoptions", "Must be a JSON object.");
        if (!BlobName.TryParse($"{Containers.Incoming}/{blob.Path}", [Containers.Incoming], out _, out var fault))
            faults.Add("path", fault);
        var asked = CsvRequestReader.Read(json ?? [], settings.Value, blobIsGiven: true, faults);
        var schema = await checks.ReadAsync(asked, faults, cancellationToken);
        if (faults.Any)
        {
            // Not by its name, and without its options, which are the customer's.
            Logs.OptionsRefused(logger, faults.ToErrors().Count, ContentHash.Of(blob.Path, blob.ETag));
            return;
        }

        var options = asked.Options with { SchemaHash = schema?.Hash };
        var id = await starter.StartAsync(client, blob.Path, blob.ETag, options, schema?.Json, force: false, cancellationToken);
        Logs.JobStartedForDrop(logger, id);
    }
}
