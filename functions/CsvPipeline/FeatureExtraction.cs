using System.Text.Json;
using Serverless.CsvPipeline.Profiling;
using Serverless.Storage;
using Serverless.Workflows;

namespace Serverless.CsvPipeline;

/// <summary>The step <c>extract_features</c>: the profile of a file's columns.</summary>
internal sealed class FeatureExtraction(Containers containers) : WorkflowOrchestration("extract_features", nameof(ExtractFeatures))
{
    /// <inheritdoc/>
    public override async Task<OrchestrationStart> PrepareAsync(OrchestrationRequest request, CancellationToken cancellationToken)
    {
        var file = PipelineFile.Of(request);
        var run = ExtractFeatures.Begin(file.ToJob(request.RunId));
        await file.SaveSchemaAsync(containers, run.Job.Folder, cancellationToken);
        return new OrchestrationStart(JsonSerializer.SerializeToElement(run));
    }
}
