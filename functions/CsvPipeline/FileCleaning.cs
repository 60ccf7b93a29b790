using System.Text.Json;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;
using Serverless.Storage;
using Serverless.Workflows;

namespace Serverless.CsvPipeline;

/// <summary>
/// The step <c>clean_data</c>: a CSV job like one that a request starts. It is in the table, its status is at <c>/api/csv/{id}</c>, and
/// cancelling it works.
/// </summary>
internal sealed class FileCleaning(Containers containers, CsvJobStore store)
    : WorkflowOrchestration("clean_data", nameof(CsvJobOrchestrator))
{
    /// <inheritdoc/>
    public override async Task<OrchestrationStart> PrepareAsync(OrchestrationRequest request, CancellationToken cancellationToken)
    {
        var file = PipelineFile.Of(request);
        var job = file.ToJob(request.RunId);
        var id = JobFolder.IdOf(job.Folder);
        await file.SaveSchemaAsync(containers, job.Folder, cancellationToken);
        await store.AddAsync(
            new CsvJobEntity { RowKey = id, Path = job.Path, BlobETag = job.ETag, Options = job.Options.ToCanonicalJson() },
            cancellationToken);
        return new OrchestrationStart(JsonSerializer.SerializeToElement(CsvJobOrchestrator.Begin(job)), id);
    }

    /// <inheritdoc/>
    public override Task StopAsync(string instanceId, CancellationToken cancellationToken) =>
        store.MoveAsync(instanceId, CsvJobState.Cancelled, null, cancellationToken);
}
