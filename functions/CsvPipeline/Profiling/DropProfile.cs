using Microsoft.Azure.Functions.Worker;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvPipeline.Profiling;

/// <summary>Deletes what a profile that failed has left.</summary>
internal sealed class DropProfile(Containers containers)
{
    /// <summary>Deletes the parts in a profile's folder.</summary>
    [Function(nameof(DropProfile))]
    public async Task RunAsync([ActivityTrigger] string folder, CancellationToken cancellationToken) =>
        await (await JobFolder.OpenAsync(containers, folder, cancellationToken)).DeletePartsAsync(cancellationToken);
}
