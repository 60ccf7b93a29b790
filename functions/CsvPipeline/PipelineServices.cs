using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.CsvPipeline.Profiling;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows;

namespace Serverless.CsvPipeline;

/// <summary>Registers the steps of the data processing pipeline that are orchestrations; its tasks are found by their attributes.</summary>
internal static class PipelineServices
{
    public static IServiceCollection AddCsvPipeline(this IServiceCollection services) => services
        .AddSingleton<InputValidator>()
        .AddSingleton<PipelineReports>()
        .AddSingleton(p => new WorkflowOrchestration(
            "clean_data",
            nameof(CsvJobOrchestrator),
            (request, token) => PrepareCleanAsync(p.GetRequiredService<Containers>(), p.GetRequiredService<CsvJobStore>(), request, token),
            (instance, token) => p.GetRequiredService<CsvJobStore>().MoveAsync(instance, CsvJobState.Cancelled, null, token)))
        .AddSingleton(p => new WorkflowOrchestration(
            "extract_features",
            nameof(ExtractFeatures),
            (request, token) => PrepareFeaturesAsync(p.GetRequiredService<Containers>(), request, token)));

    // As a job that a request starts: it is in the table, its status is at /api/csv/{id}, and cancelling it works.
    private static async Task<OrchestrationStart> PrepareCleanAsync(
        Containers containers, CsvJobStore store, OrchestrationRequest request, CancellationToken cancellationToken)
    {
        var file = FileOf(request);
        var job = file.ToJob(request.RunId);
        var id = JobFolder.IdOf(job.Folder);
        await file.SaveSchemaAsync(containers, job.Folder, cancellationToken);
        await store.AddAsync(
            new CsvJobEntity { RowKey = id, Path = job.Path, BlobETag = job.ETag, Options = job.Options.ToCanonicalJson() },
            cancellationToken);
        return new OrchestrationStart(JsonSerializer.SerializeToElement(CsvJobOrchestrator.Begin(job)), id);
    }

    private static async Task<OrchestrationStart> PrepareFeaturesAsync(
        Containers containers, OrchestrationRequest request, CancellationToken cancellationToken)
    {
        var file = FileOf(request);
        var run = ExtractFeatures.Begin(file.ToJob(request.RunId));
        await file.SaveSchemaAsync(containers, run.Job.Folder, cancellationToken);
        return new OrchestrationStart(JsonSerializer.SerializeToElement(run));
    }

    private static PipelineFile FileOf(OrchestrationRequest request)
    {
        try
        {
            var file = request.Args.Deserialize<FileArgs>(AppJson.Options)!.File;
            file.Check();
            return file;
        }
        catch (JsonException e)
        {
            throw new TaskValidationException(
                $"The step {request.Step} takes {{\"file\": \"$.steps.validate_input.file\"}}: {JsonErrors.Describe(e)}", e);
        }
    }
}
